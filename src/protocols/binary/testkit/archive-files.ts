import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ByteRange } from "../../../core/ports/blob-store.ts";
import type { ArchiveFile } from "../archives/sections.ts";
import { fleetingPieces } from "./pieces.ts";

export type Contents = Readonly<Record<string, Uint8Array>>;

/** Files of many shapes: empty ones, sizes around those of blocks, long and foreign names. */
export function exampleContents(): Contents {
  return {
    MLmodel: Buffer.from("flavors: {}\n"),
    empty: new Uint8Array(0),
    "data/one-block": randomBytes(512),
    "data/one-more": randomBytes(513),
    "data/large.bin": randomBytes(300_000),
    "data/two/a b 'c' \"d\"": randomBytes(20_000),
    "Modèle/ü 模型 🙂.pkl": randomBytes(100),
    [`${"d".repeat(100)}/${"n".repeat(100)}`]: randomBytes(10),
    [`long/${"x".repeat(200)}/${"ü".repeat(120)}`]: randomBytes(10),
    [Array.from({ length: 30 }, (_, index) => `directory-${index}`).join("/")]: randomBytes(10),
    "-rf": Buffer.from("not an option"),
  };
}

export function archiveFiles(contents: Contents): ArchiveFile[] {
  return Object.entries(contents).map(([path, bytes]) => ({
    path,
    size: bytes.length,
    lastUpdateTime: Date.UTC(2024, 1, 29, 13, 5, 7, 500),
    open: async ({ start, end }: ByteRange) => fleetingPieces(bytes.subarray(start, end), [1000, 66_536]),
  }));
}

/** An archive fails where its file is gone, or has fewer or more bytes than it said; `withBytes` writes one of the example `MLmodel` alone. */
export async function assertFailsWithItsFile(
  withBytes: (open: ArchiveFile["open"]) => Promise<unknown>,
): Promise<void> {
  await assert.rejects(
    withBytes(() => Promise.reject(new Error("gone"))),
    { message: "gone" },
  );
  const inPieces = async function* (text: string) {
    yield Buffer.from(text);
  };
  await assert.rejects(
    withBytes(async () => inPieces("flavors: {}")),
    /another size/,
  );
  await assert.rejects(
    withBytes(async () => inPieces("flavors: {}\n\n")),
    /another size/,
  );
}
