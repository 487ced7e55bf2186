import { type Call, send } from "../http/api.ts";
import { drive } from "../measure/drive.ts";
import type { Prepared } from "../workload.ts";
import { askOnce } from "./runs.ts";

/**
 * A read repeated on one connection, its median latency as the figure. `call` gets the number of the repetition, so
 * that parameters can vary; the answers compared are those of the first `samples` numbers.
 */
export function medianOfReads(
  row: string,
  port: number,
  seconds: number,
  call: (index: number) => Call,
  samples = 3,
): Prepared {
  return {
    async answer() {
      const answers: unknown[] = [];
      while (answers.length < samples) answers.push(await askOnce(port, call(answers.length)));
      return answers;
    },
    async measure() {
      const step = (connection: Parameters<typeof send>[0], _: number, index: number) => send(connection, call(index));
      return { [row]: (await drive({ port, connections: 1, seconds, step })).p50 };
    },
  };
}
