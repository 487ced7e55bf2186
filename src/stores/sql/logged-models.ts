import type { LoggedModelReader, LoggedModelWriter } from "../../core/ports/logged-models.ts";
import type { SqlSession } from "./session.ts";

export class SqlLoggedModelReader implements LoggedModelReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getLoggedModel(): Promise<never> {
    throw new Error("getLoggedModel is still to be written");
  }

  async searchLoggedModels(): Promise<never> {
    throw new Error("searchLoggedModels is still to be written");
  }
}

export class SqlLoggedModelWriter extends SqlLoggedModelReader implements LoggedModelWriter {
  async insertLoggedModel(): Promise<never> {
    throw new Error("insertLoggedModel is still to be written");
  }

  async updateLoggedModel(): Promise<never> {
    throw new Error("updateLoggedModel is still to be written");
  }

  async deleteLoggedModel(): Promise<never> {
    throw new Error("deleteLoggedModel is still to be written");
  }

  async setLoggedModelTags(): Promise<never> {
    throw new Error("setLoggedModelTags is still to be written");
  }

  async deleteLoggedModelTag(): Promise<never> {
    throw new Error("deleteLoggedModelTag is still to be written");
  }

  async insertLoggedModelParams(): Promise<never> {
    throw new Error("insertLoggedModelParams is still to be written");
  }
}
