import { type FileFacts, fitFacts, type Json } from "./facts.ts";
import { firstProblem, mergedScans } from "./scans.ts";

/** A file of a folder; without facts where nobody has looked into it. */
export interface FolderFile {
  /** Relative to the folder. */
  path: string;
  /** Bytes. */
  size: number;
  facts?: FileFacts;
}

/**
 * The facts of a folder, from those of its files: the format of each that is known, and what loading all of them would import. A folder
 * with an MLmodel at its top is a model of MLflow and has what that says, too. `total` counts all files and their bytes, where `files`
 * are some of them.
 */
export function summarizeFolder(files: readonly FolderFile[], total = totalOf(files)): FileFacts {
  const read = files.flatMap(({ path, facts }) => (facts === undefined ? [] : [{ path, facts }]));
  const known = read.filter(({ facts }) => facts.format !== "unknown" && facts.format !== "mlmodel");
  const { format: _, ...mlmodel }: Record<string, Json> = read.find(({ path }) => path === "MLmodel")?.facts ?? {};
  return fitFacts({
    format: files.some(({ path }) => path === "MLmodel") ? "mlflow" : "folder",
    ...mlmodel,
    files: total.files,
    size: total.size,
    formats: Object.fromEntries(known.map(({ path, facts }) => [path, facts.format])),
    ...(read.length < total.files && { files_not_read: total.files - read.length }),
    ...mergedScans(read.map(({ facts }) => facts)),
    ...firstProblem(new Map(read.map(({ path, facts }) => [path, facts]))),
  });
}

function totalOf(files: readonly FolderFile[]): { files: number; size: number } {
  return { files: files.length, size: files.reduce((sum, { size }) => sum + size, 0) };
}
