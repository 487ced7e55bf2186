import { CoreError, isCoreError } from "../../../core/errors.ts";
import { artifactAncestors, requireArtifactPath } from "../../../core/model/artifact-paths.ts";
import { invalidArchive } from "./tar-header.ts";

/** The paths of an archive that is being read: each once, and none below a file. */
export class ArchivePaths {
  readonly #limit: number;
  readonly #files = new Set<string>();
  readonly #directories = new Set<string>();

  /** `limit`: most files and directories. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get fileCount(): number {
    return this.#files.size;
  }

  /** The path of a file, as the artifact tree spells it. Throws `invalidValue`, and `tooLarge` past the limit. */
  addFile(name: string): string {
    const path = toArtifactPath(name);
    if (this.#files.has(path)) throw invalidArchive(`it holds the file '${path}' twice.`);
    if (this.#directories.has(path)) throw invalidArchive(`'${path}' is both a file and a directory in it.`);
    this.#addDirectories(artifactAncestors(path));
    this.#files.add(path);
    this.#requireRoom();
    return path;
  }

  /** Directories need no entry of their own; where they have one, it must not contradict a file. */
  addDirectory(name: string): void {
    const plain = name.replace(/\/+$/, "");
    if (plain === "." || plain === "") return;
    const path = toArtifactPath(plain);
    this.#addDirectories([...artifactAncestors(path), path]);
    this.#requireRoom();
  }

  #addDirectories(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.#files.has(path)) throw invalidArchive(`'${path}' is both a file and a directory in it.`);
      this.#directories.add(path);
    }
  }

  #requireRoom(): void {
    if (this.#files.size + this.#directories.size <= this.#limit) return;
    throw new CoreError("tooLarge", { what: "The archive", limit: this.#limit, unit: "items" });
  }
}

/** `tar -C folder .` writes a `./` before every name. */
function toArtifactPath(name: string): string {
  try {
    return requireArtifactPath(name.replace(/^(?:\.\/+)+/, ""));
  } catch (error) {
    if (!isCoreError(error, "invalidValue")) throw error;
    throw invalidArchive(`the entry '${name}' can't be kept. ${error.data.reason}`);
  }
}
