import { setTimeout as sleep } from "node:timers/promises";
import { launch } from "../contestants/contestant.ts";
import { footprint } from "../measure/process-tree.ts";
import type { ProgramWorkload } from "../workload.ts";

/** On a data folder that has been started before, so that nobody pays for creating a schema. */
export const coldStart: ProgramWorkload = {
  name: "cold-start",
  rows: [
    {
      id: "cold-start",
      title: "cold start to the first answer of `/health`",
      unit: "ms",
      better: "less",
      goals: [{ kind: "ratio", atLeast: 15 }],
    },
    {
      id: "idle-memory",
      title: "idle memory (PSS of the process tree)",
      unit: "MB",
      better: "less",
      goals: [{ kind: "bound", value: 120 }],
    },
    { id: "idle-resident", title: "… RSS, shared pages counted in full", unit: "MB", better: "less", goals: [] },
    { id: "idle-processes", title: "… processes", unit: "", better: "less", goals: [{ kind: "bound", value: 1 }] },
  ],
  async prepareProgram(contestant, scale, folder) {
    const smallest = contestant.smallest ?? contestant;
    await (await launch(smallest, folder)).stop();
    return {
      async measure() {
        const server = await launch(smallest, folder);
        await sleep(scale.idleAfter);
        const { proportional, resident, processes } = footprint(server.pid);
        await server.stop();
        return {
          "cold-start": server.startedIn,
          "idle-memory": proportional,
          "idle-resident": resident,
          "idle-processes": processes,
        };
      },
    };
  },
};
