import type { ProgramWorkload } from "../workload.ts";

export const installedSize: ProgramWorkload = {
  name: "installed-size",
  rows: [
    {
      id: "installed-size",
      title: "installed size (production dependencies, without Node or Python themselves)",
      unit: "MB",
      better: "less",
      goals: [{ kind: "bound", value: 80 }],
    },
  ],
  async prepareProgram(contestant) {
    const bytes = await contestant.installedBytes?.();
    return { measure: async () => ({ "installed-size": (bytes ?? 0) / 1e6 }) };
  },
};
