import type { ModelVersionReader, ModelVersionWriter } from "../../core/ports/model-versions.ts";
import type { SqlSession } from "./session.ts";

export class SqlModelVersionReader implements ModelVersionReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getModelVersion(): Promise<never> {
    throw new Error("getModelVersion is still to be written");
  }

  async getModelVersionByAlias(): Promise<never> {
    throw new Error("getModelVersionByAlias is still to be written");
  }

  async getHighestModelVersion(): Promise<never> {
    throw new Error("getHighestModelVersion is still to be written");
  }

  async searchModelVersions(): Promise<never> {
    throw new Error("searchModelVersions is still to be written");
  }
}

export class SqlModelVersionWriter extends SqlModelVersionReader implements ModelVersionWriter {
  async insertModelVersion(): Promise<never> {
    throw new Error("insertModelVersion is still to be written");
  }

  async updateModelVersion(): Promise<never> {
    throw new Error("updateModelVersion is still to be written");
  }

  async moveOtherVersions(): Promise<never> {
    throw new Error("moveOtherVersions is still to be written");
  }

  async deleteModelVersion(): Promise<never> {
    throw new Error("deleteModelVersion is still to be written");
  }

  async setModelVersionTag(): Promise<never> {
    throw new Error("setModelVersionTag is still to be written");
  }

  async deleteModelVersionTag(): Promise<never> {
    throw new Error("deleteModelVersionTag is still to be written");
  }
}
