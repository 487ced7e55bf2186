import type { FileFacts } from "../facts.ts";
import { readFileFacts } from "../file-facts.ts";
import type { RandomAccess } from "../io/random-access.ts";
import type { FactsTools } from "../source.ts";

/** A file in memory that fails the test which reads outside of it. */
export function fileOf(bytes: Uint8Array): RandomAccess & { reads: number; bytesRead: number } {
  return {
    size: bytes.length,
    reads: 0,
    bytesRead: 0,
    async read(start, end) {
      if (!(0 <= start && start < end && end <= bytes.length)) throw new RangeError(`Read from ${start} to ${end}`);
      this.reads++;
      this.bytesRead += end - start;
      return bytes.slice(start, end);
    },
  };
}

export function factsOf(bytes: Uint8Array, name = "file", tools?: FactsTools): Promise<FileFacts> {
  return readFileFacts(fileOf(bytes), name, tools);
}

/** Bytes of texts, one for each character, and of numbers. */
export function bytesOf(...parts: (string | number | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) =>
        typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(typeof part === "number" ? [part] : part),
      ),
    ),
  );
}

export function u16(value: number): Uint8Array {
  return new Uint8Array(new Uint16Array([value]).buffer);
}

export function u32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

export function u64(value: number): Uint8Array {
  return new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
}
