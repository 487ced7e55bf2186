import { parentPort } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { ContentHash } from "./content-hash.ts";
import type { HashAnswer, HashRequest } from "./messages.ts";

/** Hashes for the main thread; see `HashThread`. */

const hashes = new Map<number, ContentHash>();

parentPort?.on("message", (request: HashRequest) => {
  const answer = handle(request);
  parentPort?.postMessage(answer, answer.block ? [answer.block.buffer] : []);
});

function handle(request: HashRequest): HashAnswer {
  switch (request.kind) {
    case "update":
      hashOf(request.file).update(request.block);
      return { block: request.block };
    case "finish": {
      const content = hashOf(request.file).finish();
      hashes.delete(request.file);
      return { content };
    }
    case "forget":
      hashes.delete(request.file);
      return {};
    case "checksum":
      return { block: request.block, checksum: crc32(request.block) };
  }
}

function hashOf(file: number): ContentHash {
  const hash = hashes.get(file) ?? new ContentHash();
  hashes.set(file, hash);
  return hash;
}
