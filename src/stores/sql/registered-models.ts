import type { RegisteredModelReader, RegisteredModelWriter } from "../../core/ports/registered-models.ts";
import type { SqlSession } from "./session.ts";

export class SqlRegisteredModelReader implements RegisteredModelReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getRegisteredModel(): Promise<never> {
    throw new Error("getRegisteredModel is still to be written");
  }

  async searchRegisteredModels(): Promise<never> {
    throw new Error("searchRegisteredModels is still to be written");
  }

  async getLatestVersions(): Promise<never> {
    throw new Error("getLatestVersions is still to be written");
  }

  async getAlias(): Promise<never> {
    throw new Error("getAlias is still to be written");
  }
}

export class SqlRegisteredModelWriter extends SqlRegisteredModelReader implements RegisteredModelWriter {
  async insertRegisteredModel(): Promise<never> {
    throw new Error("insertRegisteredModel is still to be written");
  }

  async updateRegisteredModel(): Promise<never> {
    throw new Error("updateRegisteredModel is still to be written");
  }

  async deleteRegisteredModel(): Promise<never> {
    throw new Error("deleteRegisteredModel is still to be written");
  }

  async setRegisteredModelTag(): Promise<never> {
    throw new Error("setRegisteredModelTag is still to be written");
  }

  async deleteRegisteredModelTag(): Promise<never> {
    throw new Error("deleteRegisteredModelTag is still to be written");
  }

  async setAlias(): Promise<never> {
    throw new Error("setAlias is still to be written");
  }

  async deleteAlias(): Promise<never> {
    throw new Error("deleteAlias is still to be written");
  }
}
