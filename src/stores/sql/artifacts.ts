import { artifactAncestors, artifactName, joinArtifactPath } from "../../core/model/artifact-paths.ts";
import type { ArtifactEntry, ArtifactFile, Digest } from "../../core/model/artifacts.ts";
import type { ArtifactNode, ArtifactReader, ArtifactWriter, DirectorySummary } from "../../core/ports/artifacts.ts";
import type { ArtifactRow } from "./schema.ts";
import type { SqlSession } from "./session.ts";

export class SqlArtifactReader implements ArtifactReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getArtifactNodes(paths: readonly string[]): Promise<Map<string, ArtifactNode>> {
    const nodes = new Map<string, ArtifactNode>(paths.includes("") ? [["", "directory"]] : []);
    const rows = await this.session.all<ArtifactRow>(
      `SELECT parent, name, digest, size, last_update_time FROM artifacts
       WHERE ${paths.map(() => "(parent = ? AND name = ?)").join(" OR ")}`,
      paths.flatMap((path) => [parentOf(path), artifactName(path)]),
    );
    for (const row of rows) nodes.set(pathOf(row), toNode(row));
    return nodes;
  }

  async listArtifactDirectory(path: string): Promise<ArtifactEntry[]> {
    const rows = await this.session.all<ArtifactRow>(
      "SELECT name, digest, size FROM artifacts WHERE parent = ? ORDER BY name",
      [path],
    );
    return rows.map(({ name, digest, size }) =>
      digest === null ? { name, directory: true } : { name, directory: false, size },
    );
  }

  async listArtifactFiles(directory: string, limit: number): Promise<ArtifactFile[]> {
    // Two ranges of the index, each walked on its own: an OR would be a walk over all.
    const rows = await this.session.all<FileRow>(
      `SELECT * FROM (
         SELECT * FROM artifacts WHERE parent = ? AND digest IS NOT NULL
         UNION ALL
         SELECT * FROM artifacts WHERE parent >= ? AND parent < ? AND digest IS NOT NULL) AS files
       ORDER BY parent || '/' || name LIMIT ?`,
      [directory, `${directory}/`, `${directory}${AFTER_SLASH}`, limit],
    );
    return rows.map(toFile);
  }

  async summarizeDirectories(paths: readonly string[]): Promise<Map<string, DirectorySummary>> {
    if (paths.length === 0) return new Map();
    const rows = await this.session.all<SummaryRow>(
      `WITH files AS (
         SELECT d.column1 AS directory, a.* FROM (VALUES ${paths.map(() => "(?)").join()}) AS d
           JOIN artifacts a ON a.parent = d.column1 WHERE a.digest IS NOT NULL
         UNION ALL
         SELECT d.column1 AS directory, a.* FROM (VALUES ${paths.map(() => "(?)").join()}) AS d
           JOIN artifacts a ON a.parent >= d.column1 || '/' AND a.parent < d.column1 || '${AFTER_SLASH}' WHERE a.digest IS NOT NULL)
       SELECT directory, count(*) AS files, sum(size) AS size, max(parent) AS parent, max(name) AS name,
         max(digest) AS digest, max(last_update_time) AS last_update_time FROM files GROUP BY directory`,
      [...paths, ...paths],
    );
    return new Map(rows.map((row) => [row.directory, toSummary(row)]));
  }

  async getReferencedDigests(digests: readonly Digest[]): Promise<Set<Digest>> {
    const { inList, listParameter } = this.session.dialect;
    const rows = await this.session.all<{ digest: Digest }>(
      `SELECT DISTINCT digest FROM artifacts WHERE ${inList("digest", "text")}`,
      [listParameter(digests)],
    );
    return new Set(rows.map((row) => row.digest));
  }

  async getReferencedBlobs(after: Digest, limit: number): Promise<{ digest: Digest; size: number }[]> {
    const rows = await this.session.all<{ digest: Digest; size: number }>(
      "SELECT digest, max(size) AS size FROM artifacts WHERE digest > ? GROUP BY digest ORDER BY digest LIMIT ?",
      [after, limit],
    );
    return rows.map(({ digest, size }) => ({ digest, size }));
  }

  async getPathsOfBlob(digest: Digest, limit: number): Promise<string[]> {
    const rows = await this.session.all<Pick<ArtifactRow, "parent" | "name">>(
      "SELECT parent, name FROM artifacts WHERE digest = ? ORDER BY parent, name LIMIT ?",
      [digest, limit],
    );
    return rows.map(pathOf);
  }
}

export class SqlArtifactWriter extends SqlArtifactReader implements ArtifactWriter {
  async putArtifactFile({ path, digest, size, lastUpdateTime }: ArtifactFile): Promise<void> {
    await this.#makeDirectories(artifactAncestors(path), lastUpdateTime);
    await this.session.run(
      `INSERT INTO artifacts (parent, name, digest, size, last_update_time) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (parent, name) DO UPDATE
       SET digest = excluded.digest, size = excluded.size, last_update_time = excluded.last_update_time`,
      [parentOf(path), artifactName(path), digest, size, lastUpdateTime],
    );
  }

  async deleteArtifacts(path: string, limit: number): ReturnType<ArtifactWriter["deleteArtifacts"]> {
    const rows = await this.#deleteRows("parent >= ? AND parent < ?", [`${path}/`, `${path}${AFTER_SLASH}`], limit);
    if (rows.length < limit) rows.push(...(await this.#deleteRows("parent = ?", [path], limit - rows.length)));
    const done = rows.length < limit;
    if (done)
      rows.push(...(await this.#deleteRows("parent = ? AND name = ?", [parentOf(path), artifactName(path)], 1)));
    return {
      files: rows.flatMap((row) => (row.digest === null ? [] : [{ path: pathOf(row), digest: row.digest }])),
      done,
    };
  }

  async #makeDirectories(paths: readonly string[], time: ArtifactFile["lastUpdateTime"]): Promise<void> {
    if (paths.length === 0) return;
    await this.session.run(
      `INSERT INTO artifacts (parent, name, digest, size, last_update_time)
       VALUES ${paths.map(() => "(?, ?, NULL, 0, ?)").join(", ")} ON CONFLICT (parent, name) DO NOTHING`,
      paths.flatMap((path) => [parentOf(path), artifactName(path), time]),
    );
  }

  /** Deepest first: a directory's parent path is a beginning of the parent paths below it, so it sorts before them. */
  #deleteRows(condition: string, parameters: readonly string[], limit: number): Promise<DeletedRow[]> {
    return this.session.all<DeletedRow>(
      `DELETE FROM artifacts WHERE (parent, name) IN (
         SELECT parent, name FROM artifacts WHERE ${condition} ORDER BY parent DESC, name DESC LIMIT ?)
       RETURNING parent, name, digest`,
      [...parameters, limit],
    );
  }
}

type SummaryRow = ArtifactRow & { directory: string; files: number; digest: Digest };

function toSummary(row: SummaryRow): DirectorySummary {
  const summary = { files: Number(row.files), size: Number(row.size) };
  const { digest, last_update_time: lastUpdateTime } = row;
  return summary.files > 1
    ? summary
    : { ...summary, single: { path: pathOf(row), digest, size: summary.size, lastUpdateTime } };
}

type DeletedRow = Pick<ArtifactRow, "parent" | "name" | "digest">;

/** The character that sorts right behind `/`: what is below `a` is from `a/` up to `a0`. No pattern ever meets a client's text. */
const AFTER_SLASH = "0";

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function pathOf({ parent, name }: Pick<ArtifactRow, "parent" | "name">): string {
  return joinArtifactPath(parent, name);
}

type FileRow = ArtifactRow & { digest: Digest };

function toFile(row: FileRow): ArtifactFile {
  const { digest, size, last_update_time: lastUpdateTime } = row;
  return { path: pathOf(row), digest, size, lastUpdateTime };
}

function toNode(row: ArtifactRow): ArtifactNode {
  return row.digest === null ? "directory" : toFile({ ...row, digest: row.digest });
}
