import type { RunReader, RunWriter } from "../../core/ports/runs.ts";
import type { SqlSession } from "./session.ts";

export class SqlRunReader implements RunReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getRunHandle(): Promise<never> {
    throw new Error("getRunHandle is still to be written");
  }

  async getRunInfo(): Promise<never> {
    throw new Error("getRunInfo is still to be written");
  }

  async getRun(): Promise<never> {
    throw new Error("getRun is still to be written");
  }

  async getParams(): Promise<never> {
    throw new Error("getParams is still to be written");
  }

  async searchRuns(): Promise<never> {
    throw new Error("searchRuns is still to be written");
  }

  async searchDatasets(): Promise<never> {
    throw new Error("searchDatasets is still to be written");
  }
}

export class SqlRunWriter extends SqlRunReader implements RunWriter {
  async insertRun(): Promise<never> {
    throw new Error("insertRun is still to be written");
  }

  async updateRun(): Promise<never> {
    throw new Error("updateRun is still to be written");
  }

  async setLifecycleStageOfRuns(): Promise<never> {
    throw new Error("setLifecycleStageOfRuns is still to be written");
  }

  async logMetrics(): Promise<never> {
    throw new Error("logMetrics is still to be written");
  }

  async insertParams(): Promise<never> {
    throw new Error("insertParams is still to be written");
  }

  async setRunTags(): Promise<never> {
    throw new Error("setRunTags is still to be written");
  }

  async deleteRunTag(): Promise<never> {
    throw new Error("deleteRunTag is still to be written");
  }

  async logDatasetInputs(): Promise<never> {
    throw new Error("logDatasetInputs is still to be written");
  }

  async logModelInputs(): Promise<never> {
    throw new Error("logModelInputs is still to be written");
  }

  async logModelOutputs(): Promise<never> {
    throw new Error("logModelOutputs is still to be written");
  }
}
