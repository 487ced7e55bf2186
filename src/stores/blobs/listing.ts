import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Digest } from "../../core/model/artifacts.ts";
import { type BlobLayout, digestOfFile, isDigest } from "./layout.ts";

/** Blobs of which the folder has anything, be it their checksums alone. */
export async function* listDigests(layout: BlobLayout): AsyncGenerator<Digest> {
  for (const { name: directory } of (await entriesOf(layout.blobs)).filter((entry) => entry.isDirectory())) {
    const names = await readdir(join(layout.blobs, directory));
    yield* new Set(names.flatMap((name) => digestOfFile(directory, name) ?? []));
  }
}

/** Paths below the store's folder that are no part of it. What is being written is not looked at. */
export async function* listStrays(layout: BlobLayout): AsyncGenerator<string> {
  for await (const path of unknownPaths(layout)) yield relative(dirname(layout.blobs), path);
}

async function* unknownPaths(layout: BlobLayout): AsyncGenerator<string> {
  for (const entry of await entriesOf(dirname(layout.blobs))) {
    if (!layout.directories.includes(pathOf(entry))) yield pathOf(entry);
  }
  for (const entry of await entriesOf(layout.damaged)) if (!isDigest(entry.name)) yield pathOf(entry);
  for (const directory of await entriesOf(layout.blobs)) {
    if (directory.isDirectory()) yield* unknownFiles(pathOf(directory));
    else yield pathOf(directory);
  }
}

async function* unknownFiles(directory: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(directory)) {
    if (!entry.isFile() || digestOfFile(basename(directory), entry.name) === undefined) yield pathOf(entry);
  }
}

function entriesOf(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true });
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name);
}
