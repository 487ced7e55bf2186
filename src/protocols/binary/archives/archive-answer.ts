import { createHash } from "node:crypto";
import { CoreError } from "../../../core/errors.ts";
import type { ArtifactFile } from "../../../core/model/artifacts.ts";
import type { StoredFiles } from "../../../core/model/stored-models.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { listStoredFiles } from "../../../core/ops/stored-model-files.ts";
import type { ByteRange } from "../../../core/ports/blob-store.ts";
import { contentHeaders } from "../../content-headers.ts";
import { planAnswer } from "../../file-answer.ts";
import type { RouteAnswer, RouteCall } from "../../route.ts";
import { readAhead } from "./read-ahead.ts";
import type { ArchiveFile } from "./sections.ts";
import { tarSize, writeTar } from "./tar-writer.ts";
import { writeZip, zipSize } from "./zip-writer.ts";

/** How a kind of archive is made. */
interface ArchiveFormat {
  size(files: readonly ArchiveFile[]): number;
  write(files: readonly ArchiveFile[], range?: ByteRange): AsyncIterable<Uint8Array>;
  inParts: boolean;
}

const FORMATS = {
  tar: { size: tarSize, write: writeTar, inParts: true },
  zip: { size: zipSize, write: writeZip, inParts: false },
} satisfies Record<string, ArchiveFormat>;

export type ArchiveKind = keyof typeof FORMATS;

export function isArchiveKind(text: string): text is ArchiveKind {
  return Object.hasOwn(FORMATS, text);
}

/**
 * The files of a model as an archive with this name, or the part of it that `Range` asks for; nothing is read before the answer is
 * sent. Throws `tooLarge` for a folder with too many files.
 */
export async function archiveAnswer(
  context: OperationContext,
  call: RouteCall,
  stored: StoredFiles,
  { kind, fileName }: { kind: ArchiveKind; fileName: string },
): Promise<RouteAnswer> {
  const format: ArchiveFormat = FORMATS[kind];
  const listed = await listStoredFiles(context, stored);
  const files = readAhead(listed.map((file) => toArchiveFile(context, file)));
  const representation = { etag: archiveTag(kind, listed), size: format.size(files), inParts: format.inParts };
  const { status, headers, wanted } = planAnswer(representation, call.headers);
  const body = wanted === "nothing" ? undefined : format.write(files, wanted === "everything" ? undefined : wanted);
  return { status, headers: { ...contentHeaders(fileName), ...headers }, body };
}

/** The same files with the same times make the same archive. */
function archiveTag(kind: ArchiveKind, files: readonly ArtifactFile[]): string {
  const hash = createHash("sha256").update(kind);
  for (const { path, digest, lastUpdateTime } of files) hash.update(`\0${path}\0${digest}\0${lastUpdateTime}`);
  return `"${hash.digest("hex")}"`;
}

function toArchiveFile({ blobs }: OperationContext, { path, size, lastUpdateTime, digest }: ArtifactFile): ArchiveFile {
  return {
    path,
    size,
    lastUpdateTime: Number(lastUpdateTime),
    async open(range) {
      const bytes = await blobs.open(digest, range);
      if (bytes === undefined) throw new CoreError("damaged", { digest });
      return bytes;
    },
  };
}
