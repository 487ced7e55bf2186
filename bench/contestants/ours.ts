import { join } from "node:path";
import { productionSize } from "../measure/production-size.ts";
import { seedOurRuns } from "../seed/ours.ts";
import { seedThroughApi } from "../seed/through-api.ts";
import type { Contestant } from "./contestant.ts";

const PROJECT = join(import.meta.dirname, "../..");

/** As many runs as the API takes in reasonable time. */
const SEED_DIRECTLY_FROM = 50_000;

/** This project's server, as `npm start` runs it. */
export const ours: Contestant = {
  name: "ours",
  complete: true,
  command: (folder, port) => ({
    file: process.execPath,
    args: [join(PROJECT, "src/cli/main.mjs"), "serve", "--port", String(port), "--data", join(folder, "data")],
  }),
  async seedFolder(folder, dataset) {
    if (dataset.runs >= SEED_DIRECTLY_FROM) await seedOurRuns(join(folder, "data"), dataset);
  },
  async seedServer(server, dataset) {
    if (dataset.runs < SEED_DIRECTLY_FROM) await seedThroughApi(server, dataset);
  },
  installedBytes: () => productionSize(PROJECT),
};
