import type { ArtifactReader, ArtifactWriter } from "../../core/ports/artifacts.ts";
import type { SqlSession } from "./session.ts";

export class SqlArtifactReader implements ArtifactReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getArtifactFile(): Promise<never> {
    throw new Error("getArtifactFile is still to be written");
  }

  async listArtifactDirectory(): Promise<never> {
    throw new Error("listArtifactDirectory is still to be written");
  }

  async isReferenced(): Promise<never> {
    throw new Error("isReferenced is still to be written");
  }
}

export class SqlArtifactWriter extends SqlArtifactReader implements ArtifactWriter {
  async putArtifactFile(): Promise<never> {
    throw new Error("putArtifactFile is still to be written");
  }

  async deleteArtifacts(): Promise<never> {
    throw new Error("deleteArtifacts is still to be written");
  }
}
