import { joinArtifactPath } from "../../../core/model/artifact-paths.ts";
import type { ArtifactEntry } from "../../../core/model/artifacts.ts";

/** MLflow's `FileInfo`s, named below `directory`. As upstream, a directory has no `file_size`, nor has an empty file. */
export function toWireFiles(entries: readonly ArtifactEntry[], directory: string) {
  if (entries.length === 0) return {};
  return { files: entries.map((entry) => toWireFile(entry, directory)) };
}

function toWireFile(entry: ArtifactEntry, directory: string) {
  const path = joinArtifactPath(directory, entry.name);
  if (entry.directory) return { path, is_dir: true };
  return { path, is_dir: false, ...(entry.size > 0 && { file_size: entry.size }) };
}
