import { join } from "node:path";
import { productionSize } from "../measure/production-size.ts";
import { seedThroughApi } from "../seed/through-api.ts";
import type { Contestant } from "./contestant.ts";

const PROJECT = join(import.meta.dirname, "../..");

/** This project's server, as `npm start` runs it. */
export const ours: Contestant = {
  name: "ours",
  complete: true,
  command: (folder, port) => ({
    file: process.execPath,
    args: [join(PROJECT, "src/cli/main.ts"), "serve", "--port", String(port), "--data", join(folder, "data")],
  }),
  seedServer: seedThroughApi,
  installedBytes: () => productionSize(PROJECT),
};
