import type { Experiment, NewExperiment } from "../../core/model/experiments.ts";
import type { Page } from "../../core/model/values.ts";
import type { ExperimentReader, ExperimentWriter } from "../../core/ports/experiments.ts";
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
    const { build } = this.session;
    const row = await this.session.queryFirst(
      build
        .insertInto("experiments")
        .values({
          ...(id !== undefined && { id }),
          name: experiment.name,
          artifact_location: experiment.artifactLocation,
          lifecycle_stage: experiment.lifecycleStage,
          creation_time: experiment.creationTime,
          last_update_time: experiment.lastUpdateTime,
        })
        .returning("id"),
    );
    if (row === undefined) throw new Error("An inserted experiment has no id");
    for (const { key, value } of experiment.tags) await this.setExperimentTag(row.id, key, value);
    return row.id;
  }

  async updateExperiment(id: number, changes: Parameters<ExperimentWriter["updateExperiment"]>[1]): Promise<void> {
    const set = {
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.lifecycleStage !== undefined && { lifecycle_stage: changes.lifecycleStage }),
      ...(changes.lastUpdateTime !== undefined && { last_update_time: changes.lastUpdateTime }),
      ...(changes.artifactLocation !== undefined && { artifact_location: changes.artifactLocation }),
    };
    await this.session.execute(this.session.build.updateTable("experiments").set(set).where("id", "=", id));
  }

  async setExperimentTag(id: number, key: string, value: string): Promise<void> {
    await this.session.run(
      `INSERT INTO experiment_tags (experiment, key, value) VALUES (?, ?, ?)
       ON CONFLICT (experiment, key) DO UPDATE SET value = excluded.value`,
      [id, key, value],
    );
  }

  async deleteExperimentTag(id: number, key: string): Promise<boolean> {
    return (await this.session.run("DELETE FROM experiment_tags WHERE experiment = ? AND key = ?", [id, key])) > 0;
  }
}
