import { Connection } from "../http/connection.ts";
import { median, percentile } from "./statistics.ts";

export interface Load {
  port: number;
  /** Closed loops side by side; each starts its next step when the last one is answered. */
  connections: number;
  seconds: number;
  /**
   * One unit of work, counted and timed as one. `loop` is the number of the connection, `index` that of the step on
   * it.
   */
  step(connection: Connection, loop: number, index: number): Promise<unknown>;
}

export interface Timing {
  /** Steps a second, all connections together. */
  rate: number;
  /** Milliseconds of one step. */
  p50: number;
  p99: number;
  longest: number;
  steps: number;
}

const WARM_UP_SHARE = 0.2;
/** A step slower than the whole measurement is still measured this often. */
const MIN_STEPS = 2;

/** Runs a closed loop on each connection: a warm-up that is not counted, then the measured time. */
export async function drive(load: Load): Promise<Timing> {
  const connections = Array.from({ length: load.connections }, () => new Connection(load.port));
  const latencies: number[] = [];
  const begin = performance.now();
  const countFrom = begin + load.seconds * 1000 * WARM_UP_SHARE;
  const stopAt = countFrom + load.seconds * 1000;
  let firstCounted = Number.POSITIVE_INFINITY;
  let lastCounted = 0;

  const loop = async (connection: Connection, number: number) => {
    let counted = 0;
    for (let index = 0; performance.now() < stopAt || counted < MIN_STEPS; index++) {
      const started = performance.now();
      await load.step(connection, number, index);
      if (started < countFrom) continue;
      const ended = performance.now();
      latencies.push(ended - started);
      counted++;
      firstCounted = Math.min(firstCounted, started);
      lastCounted = Math.max(lastCounted, ended);
    }
  };
  try {
    await Promise.all(connections.map(loop));
  } finally {
    for (const connection of connections) connection.close();
  }
  return {
    rate: (latencies.length * 1000) / (lastCounted - firstCounted),
    p50: median(latencies),
    p99: percentile(latencies, 0.99),
    longest: percentile(latencies, 1),
    steps: latencies.length,
  };
}
