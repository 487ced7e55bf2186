/**
 * The yardstick for durable writes: nothing but `node:http` and `node:sqlite`. It takes `log-metric`, puts the point
 * into one table in WAL mode with `synchronous=FULL`, commits together what has arrived together, and answers after
 * the commit. No validation, no latest values, no events: a server cannot be faster than this, only close to it.
 *
 * node bench/bare-loop.ts PORT FOLDER
 */
import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

interface Point {
  run_id: string;
  key: string;
  value: number;
  timestamp: number;
  step: number;
}

const [port, folder] = process.argv.slice(2);
const database = new DatabaseSync(join(folder ?? ".", "bare-loop.db"));
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec("CREATE TABLE point (run TEXT, key TEXT, step INTEGER, timestamp INTEGER, value REAL)");
const insert = database.prepare("INSERT INTO point VALUES (?, ?, ?, ?, ?)");
const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");

let group: ServerResponse[] = [];

function commitGroup(): void {
  commit.run();
  const written = group;
  group = [];
  for (const response of written) answer(response, "{}");
}

function logMetric(body: string, response: ServerResponse): void {
  const point = JSON.parse(body) as Point;
  if (group.length === 0) {
    begin.run();
    setImmediate(commitGroup);
  }
  insert.run(point.run_id, point.key, point.step, point.timestamp, point.value);
  group.push(response);
}

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    if (request.url?.endsWith("/log-metric")) logMetric(body, response);
    else answer(response, JSON.stringify({ run: { info: { run_id: randomUUID() } } }));
  });
});
server.listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
