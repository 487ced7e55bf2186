import { join } from "node:path";
import type { Contestant } from "./contestant.ts";

/** The least that a durable write costs on this machine; see bench/bare-loop.ts. */
export const bareLoop: Contestant = {
  name: "bare loop",
  complete: false,
  command: (folder, port) => ({
    file: process.execPath,
    args: [join(import.meta.dirname, "../bare-loop.ts"), String(port), folder],
  }),
};
