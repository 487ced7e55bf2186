import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Schema } from "../../src/stores/sql/schema.ts";
import { SqliteMetadataStore } from "../../src/stores/sql/sqlite/sqlite-metadata-store.ts";
import { type Dataset, RUNS_EXPERIMENT, type SeedRun, seedRuns } from "./dataset.ts";

const TIME = 1_700_000_000_000;

/** Writes a dataset's runs into our own SQLite file before the server starts: a million of them in minutes, not hours. */
export async function seedOurRuns(dataDirectory: string, dataset: Dataset): Promise<void> {
  mkdirSync(dataDirectory, { recursive: true });
  const path = join(dataDirectory, "registry.db");
  await (await SqliteMetadataStore.open(path)).close();
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
  const indexes = dropIndexes(database);
  database.exec("BEGIN");
  const rows = new Rows(database);
  const experiment = rows.insertExperiment(RUNS_EXPERIMENT);
  for (const run of seedRuns(dataset.runs)) rows.insertRun(experiment, run);
  database.exec("COMMIT");
  for (const statement of indexes) database.exec(statement);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** Building an index once is faster than keeping it up to date for millions of rows. Returns the statements that do so. */
function dropIndexes(database: DatabaseSync): string[] {
  const found = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all();
  for (const { name } of found) database.exec(`DROP INDEX "${name}"`);
  return found.map(({ sql }) => String(sql));
}

/** Rows as `schema.ts` describes them. */
class Rows {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #keys = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  insertExperiment(name: string): number {
    const experiment = this.#insert("experiments", {
      name,
      artifact_location: "",
      lifecycle_stage: "active",
      creation_time: TIME,
      last_update_time: TIME,
    });
    this.#database
      .prepare("UPDATE experiments SET artifact_location = ? WHERE id = ?")
      .run(`mlflow-artifacts:/${experiment}`, experiment);
    return experiment;
  }

  insertRun(experiment: number, { name, startTime, metrics, params, tags }: SeedRun): void {
    const runId = createHash("md5").update(name).digest("hex");
    const run = this.#insert("runs", {
      run_id: runId,
      experiment,
      name,
      user_id: "",
      status: "FINISHED",
      start_time: startTime,
      end_time: startTime + 500,
      artifact_uri: `mlflow-artifacts:/${experiment}/${runId}/artifacts`,
      lifecycle_stage: "active",
      deleted_time: null,
    });
    for (const [text, value] of Object.entries(metrics)) {
      const point = { run, key: this.#key(text), step: 0, timestamp: startTime, value };
      this.#insert("metric_points", { ...point, is_nan: 0 });
      this.#insert("latest_metrics", { ...point, experiment });
    }
    for (const [text, value] of Object.entries(params)) {
      this.#insert("run_params", { run, key: this.#key(text), experiment, value });
    }
    for (const [text, value] of Object.entries({ ...tags, "mlflow.runName": name })) {
      this.#insert("run_tags", { run, key: this.#key(text), experiment, value });
    }
  }

  #key(name: string): number {
    const id = this.#keys.get(name) ?? this.#insert("keys", { name });
    this.#keys.set(name, id);
    return id;
  }

  /** Returns the new row's number. */
  #insert<Table extends keyof Schema & string>(table: Table, row: Omit<Schema[Table], "id">): number {
    const columns = Object.keys(row);
    const text = `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => "?")})`;
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return Number(statement.run(...(Object.values(row) as (string | number | null)[])).lastInsertRowid);
  }
}
