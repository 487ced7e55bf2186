import type { Experiment, NewExperiment } from "../../core/model/experiments.ts";
import type { Page } from "../../core/model/values.ts";
import type { ExperimentReader, ExperimentWriter } from "../../core/ports/experiments.ts";
import { replaceValue } from "./key-values.ts";
import { insertRow, updateRow } from "./row-statements.ts";
import { type StoredExperimentRow, withTags } from "./rows/experiments.ts";
import { searchExperiments } from "./search/experiments.ts";
import type { SqlSession } from "./session.ts";

export class SqlExperimentReader implements ExperimentReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getExperiment(id: number): Promise<Experiment | undefined> {
    const rows = await this.session.all<StoredExperimentRow>("SELECT * FROM experiments WHERE id = ?", [id]);
    return (await withTags(this.session, rows))[0];
  }

  async getExperimentByName(name: string): Promise<Experiment | undefined> {
    const rows = await this.session.all<StoredExperimentRow>(
      "SELECT * FROM experiments WHERE name = ? ORDER BY lifecycle_stage = 'active' DESC, last_update_time DESC, id DESC LIMIT 1",
      [name],
    );
    return (await withTags(this.session, rows))[0];
  }

  searchExperiments(query: Parameters<ExperimentReader["searchExperiments"]>[0]): Promise<Page<Experiment>> {
    return searchExperiments(this.session, query);
  }
}

export class SqlExperimentWriter extends SqlExperimentReader implements ExperimentWriter {
  async insertExperiment(experiment: NewExperiment, id?: number): Promise<number> {
    const rowId = await insertRow(this.session, "experiments", {
      ...(id !== undefined && { id }),
      name: experiment.name,
      artifact_location: experiment.artifactLocation,
      lifecycle_stage: experiment.lifecycleStage,
      ...(experiment.owner !== undefined && { owner: experiment.owner }),
      creation_time: experiment.creationTime,
      last_update_time: experiment.lastUpdateTime,
    });
    for (const { key, value } of experiment.tags) await this.setExperimentTag(rowId, key, value);
    return rowId;
  }

  async updateExperiment(id: number, changes: Parameters<ExperimentWriter["updateExperiment"]>[1]): Promise<void> {
    await updateRow(this.session, "experiments", id, {
      name: changes.name,
      lifecycle_stage: changes.lifecycleStage,
      last_update_time: changes.lastUpdateTime,
      artifact_location: changes.artifactLocation,
    });
  }

  async setExperimentTag(id: number, key: string, value: string): Promise<void> {
    await this.session.run(
      `INSERT INTO experiment_tags (experiment, key, value) VALUES (?, ?, ?)
       ON CONFLICT (experiment, key) ${replaceValue("experiment_tags")}`,
      [id, key, value],
    );
  }

  async deleteExperimentTag(id: number, key: string): Promise<boolean> {
    return (await this.session.run("DELETE FROM experiment_tags WHERE experiment = ? AND key = ?", [id, key])) > 0;
  }
}
