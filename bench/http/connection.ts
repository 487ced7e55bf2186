import { connect, type Socket } from "node:net";
import { type HttpResponse, ResponseReader } from "./response-reader.ts";

interface Waiting {
  reader: ResponseReader;
  resolve(response: HttpResponse): void;
  reject(error: Error): void;
}

export interface RequestOptions {
  contentType?: string;
  /** Count the answer's bytes instead of keeping them. */
  countOnly?: boolean;
  /** Body sent after the head, in parts; `body` is then ignored. */
  stream?: { length: number; parts: Iterable<Buffer> };
  /** Milliseconds until the request counts as failed. */
  timeout?: number;
}

const DEFAULT_TIMEOUT = 120_000;

/**
 * One keep-alive connection, one request at a time, over a raw socket: the generator has to cost far less than the
 * fastest server it measures, which `node:http`'s client does not. Reconnects when the server has closed.
 */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #waiting: Waiting | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends one request and resolves with its answer, whatever the status. */
  async request(method: string, path: string, body?: string, options: RequestOptions = {}): Promise<HttpResponse> {
    const socket = this.#socket ?? (await this.#open());
    const timer = setTimeout(
      () => this.#fail(new Error(`${method} ${path}: no answer in time`)),
      options.timeout ?? DEFAULT_TIMEOUT,
    );
    try {
      const answer = new Promise<HttpResponse>((resolve, reject) => {
        this.#waiting = { reader: new ResponseReader(options.countOnly ?? false), resolve, reject };
      });
      const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\n`;
      if (options.stream) {
        socket.write(
          `${head}Content-Type: application/octet-stream\r\nContent-Length: ${options.stream.length}\r\n\r\n`,
        );
        await Promise.race([answer, writeParts(socket, options.stream.parts)]);
      } else if (body === undefined) {
        socket.write(`${head}\r\n`);
      } else {
        const type = options.contentType ?? "application/json";
        socket.write(`${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #open(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    this.#socket = socket;
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#closed(socket));
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    return socket;
  }

  #received(chunk: Buffer): void {
    const response = this.#waiting?.reader.push(chunk);
    if (response) this.#answer(response);
  }

  #closed(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    const response = this.#waiting?.reader.end();
    if (response) this.#answer(response);
    else this.#fail(new Error("the server closed the connection before it answered"));
  }

  #answer(response: HttpResponse): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!response.keepAlive) this.close();
    waiting?.resolve(response);
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.close();
    waiting?.reject(error);
  }
}

async function writeParts(socket: Socket, parts: Iterable<Buffer>): Promise<void> {
  for (const part of parts) {
    if (socket.destroyed) return;
    if (!socket.write(part)) await drained(socket);
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.once("drain", done);
    socket.once("close", done);
  });
}
