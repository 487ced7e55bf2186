import { ask, type Call, get } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import { createRun } from "../seed/through-api.ts";

/** The experiment that every server is born with; written to, so that the seeded ones stay as they are. */
export const DEFAULT_EXPERIMENT = "0";

/** Runs for a workload to write to. */
export async function newRuns(port: number, count: number): Promise<string[]> {
  const connection = new Connection(port);
  const runs: string[] = [];
  while (runs.length < count) runs.push(await createRun(connection, DEFAULT_EXPERIMENT, { run_name: "written-to" }));
  connection.close();
  return runs;
}

/** Writes to a new run and returns what the server then tells of it. */
export async function readBack(
  port: number,
  write: (connection: Connection, runId: string) => Promise<unknown>,
): Promise<unknown> {
  const connection = new Connection(port);
  const runId = await createRun(connection, DEFAULT_EXPERIMENT, { run_name: "read-back" });
  await write(connection, runId);
  const run = await ask(connection, get("runs/get", { run_id: runId }));
  connection.close();
  return run;
}

/** The id of an experiment by its name. */
export async function experimentId(connection: Connection, name: string): Promise<string> {
  const call = get("experiments/get-by-name", { experiment_name: name });
  return (await ask<{ experiment: { experiment_id: string } }>(connection, call)).experiment.experiment_id;
}

/** The body of a search for runs. */
export function searchRuns(experiment: string, search: object): string {
  return JSON.stringify({ experiment_ids: [experiment], ...search });
}

/** Sends one call on a connection of its own and returns its parsed answer. */
export async function askOnce<Answer>(port: number, call: Call): Promise<Answer> {
  const connection = new Connection(port);
  const answer = await ask<Answer>(connection, call);
  connection.close();
  return answer;
}
