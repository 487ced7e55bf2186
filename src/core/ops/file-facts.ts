import { isCoreError } from "../errors.ts";
import type { FileFacts } from "../formats/facts.ts";
import type { FolderFile } from "../formats/folder-facts.ts";
import type { RandomAccess } from "../formats/io/random-access.ts";
import { artifactName, joinArtifactPath } from "../model/artifact-paths.ts";
import type { ArtifactFile } from "../model/artifacts.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import type { Property } from "../model/properties.ts";
import { FACTS_PROPERTY, FORMAT_PROPERTY } from "../model/stored-models.ts";
import type { ArtifactReader } from "../ports/artifacts.ts";
import type { ByteRange } from "../ports/blob-store.ts";
import { findVersionDirectories } from "./artifact-locations.ts";
import type { OperationContext } from "./context.ts";
import { filesOf } from "./stored-models.ts";

/** Files of a folder that are looked into; the others are counted. A model of MLflow has about ten. */
const MOST_FILES = 100;

/** Directories of a folder that are looked into. */
const MOST_DIRECTORIES = 100;

/** Bytes that are read at once where reading goes straight on. */
const READ_AHEAD_BYTES = 256 * 1024;

/** Versions that one query brings. */
const BATCH = 100;

/** A file whose facts are wanted: its bytes are opened in parts. */
export interface FileToRead {
  /** Relative to the folder that it is in. */
  path: string;
  /** Bytes. */
  size: number;
  open(range: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** The facts of one file. */
export async function factsOfFile({ factsTools }: OperationContext, file: FileToRead): Promise<FileFacts> {
  // Loaded with the first file: a server starts without what it knows of formats.
  const { readFileFacts } = await import("../formats/file-facts.ts");
  return readFileFacts(randomAccess(file), file.path, factsTools);
}

/** The facts of a folder with these files, of which not all are looked into where there are many. `total` as `summarizeFolder` takes it. */
export async function factsOfFolder(
  context: OperationContext,
  files: readonly FileToRead[],
  total?: { files: number; size: number },
): Promise<FileFacts> {
  const read: FolderFile[] = [];
  for (const file of files.slice(0, MOST_FILES)) {
    read.push({ path: file.path, size: file.size, facts: await factsOfFile(context, file) });
  }
  const { summarizeFolder } = await import("../formats/folder-facts.ts");
  return summarizeFolder([...read, ...files.slice(MOST_FILES)], total);
}

/** What MLflow's and Kubeflow's clients see of an uploaded model's facts: the format as a text, and all of them as JSON. */
export function factProperties(facts: FileFacts): Property[] {
  return [
    { key: FORMAT_PROPERTY, type: "string", value: facts.format },
    { key: FACTS_PROPERTY, type: "struct", value: JSON.stringify(facts) },
  ];
}

/**
 * Reads the files of all versions that have some in this server's own tree and whose files nobody has read: those that MLflow's and
 * Kubeflow's clients have registered. Ends early where `signal` is aborted. `report` hears of versions whose files can't be read now: they
 * are tried again by the next call. Returns how many versions have got facts.
 */
export async function readUnreadFiles(
  context: OperationContext,
  signal: { readonly aborted: boolean },
  report: (error: unknown) => void,
): Promise<number> {
  const failed = (error: unknown) => {
    report(error);
    return false;
  };
  let done = 0;
  for (let after = 0; ; ) {
    const versions = await context.store.read(({ fileFacts }) => fileFacts.getUnreadVersions(after, BATCH));
    for (const version of versions) {
      if (signal.aborted) return done;
      if (await readVersion(context, version).catch(failed)) done++;
      after = version.id;
    }
    if (versions.length < BATCH) return done;
  }
}

/** Whether it has got facts. They are no properties: who compares the tags of a version with those that it has set finds no others. */
async function readVersion(context: OperationContext, version: ModelVersion): Promise<boolean> {
  const facts = await factsOfVersion(context, version);
  const location = version.storageLocation ?? version.source ?? "";
  await context.store.transact(({ fileFacts }) =>
    fileFacts.putFileFacts(version.id, location, facts && JSON.stringify(facts)),
  );
  return facts !== undefined;
}

/** Undefined where the files are elsewhere, or there are none. */
async function factsOfVersion(context: OperationContext, version: ModelVersion): Promise<FileFacts | undefined> {
  const found = await context.store.read(async (reader) => {
    const path = (await findVersionDirectories(reader, [version])).get(version.id);
    return path === undefined ? undefined : findFiles(reader.artifacts, path);
  });
  if (found === undefined) return undefined;
  try {
    return await factsOfFound(context, found);
  } catch (error) {
    if (isCoreError(error, "damaged"))
      return { format: "unknown", damaged: "Bytes that are kept are not those that were stored." };
    throw error;
  }
}

function factsOfFound(context: OperationContext, { files, total }: FoundFiles): Promise<FileFacts | undefined> {
  const toBeRead = files.map((file) => toRead(context, file));
  if (total !== undefined) return factsOfFolder(context, toBeRead, total);
  const [single] = toBeRead;
  return single === undefined ? Promise.resolve(undefined) : factsOfFile(context, single);
}

/** By its path in the folder, or by the name of the one file. */
type FoundFile = Pick<ArtifactFile, "path" | "digest" | "size">;

interface FoundFiles {
  files: FoundFile[];
  /** Of a folder, all that is below it. */
  total?: { files: number; size: number };
}

async function findFiles(artifacts: ArtifactReader, path: string): Promise<FoundFiles | undefined> {
  const node = (await artifacts.getArtifactNodes([path])).get(path);
  const summary = (await artifacts.summarizeDirectories([path])).get(path);
  const found = filesOf(path, node, summary);
  if (found?.isFolder && summary) return { files: await filesBelow(artifacts, path), total: summary };
  return found?.digest === undefined
    ? undefined
    : { files: [{ ...found, digest: found.digest, path: artifactName(found.path) }] };
}

/** At most `MOST_FILES`, those at the top first. */
async function filesBelow(artifacts: ArtifactReader, root: string): Promise<FoundFile[]> {
  const directories = [root];
  const paths: string[] = [];
  for (let index = 0; index < Math.min(directories.length, MOST_DIRECTORIES) && paths.length < MOST_FILES; index++) {
    const directory = directories[index] ?? root;
    for (const entry of await artifacts.listArtifactDirectory(directory)) {
      (entry.directory ? directories : paths).push(joinArtifactPath(directory, entry.name));
    }
  }
  const nodes = await artifacts.getArtifactNodes(paths.slice(0, MOST_FILES));
  const files = [...nodes.values()].filter((node) => node !== "directory");
  return files.map((file) => ({ ...file, path: file.path.slice(root === "" ? 0 : root.length + 1) }));
}

function toRead({ blobs }: OperationContext, { path, digest, size }: FoundFile): FileToRead {
  return { path, size, open: (range) => blobs.open(digest, range) };
}

/** Reads far ahead where one read follows the other: each may be a request to an object store. */
function randomAccess(file: FileToRead): RandomAccess {
  let ahead = { start: 0, bytes: new Uint8Array(0) };
  return {
    size: file.size,
    async read(start, end) {
      const aheadEnd = ahead.start + ahead.bytes.length;
      if (start < ahead.start || end > aheadEnd) {
        const goesOn = start >= ahead.start && start <= aheadEnd;
        const until = goesOn ? Math.min(Math.max(end, start + READ_AHEAD_BYTES), file.size) : end;
        ahead = { start, bytes: await readRange(file, start, until) };
      }
      return ahead.bytes.slice(start - ahead.start, end - ahead.start);
    },
  };
}

async function readRange({ path, open }: FileToRead, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = await open({ start, end });
  if (pieces === undefined) throw new Error(`The bytes of ${path} are missing from the blob store`);
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  for await (const piece of pieces) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes.subarray(0, filled);
}
