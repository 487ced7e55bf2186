import type { MetricReader } from "../../core/ports/metrics.ts";
import type { SqlSession } from "./session.ts";

export class SqlMetricReader implements MetricReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getMetricHistory(): Promise<never> {
    throw new Error("getMetricHistory is still to be written");
  }

  async getMetricHistoryBulk(): Promise<never> {
    throw new Error("getMetricHistoryBulk is still to be written");
  }

  async sampleMetricHistory(): Promise<never> {
    throw new Error("sampleMetricHistory is still to be written");
  }
}
