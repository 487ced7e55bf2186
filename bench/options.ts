import { parseArgs } from "node:util";
import type { Contestant } from "./contestants/contestant.ts";
import { officialAsShipped, officialFair } from "./contestants/official.ts";
import { ours } from "./contestants/ours.ts";
import { FULL, type Scale, SHORT } from "./scale.ts";
import type { Workload } from "./workload.ts";
import { WORKLOADS } from "./workloads/all.ts";

export const USAGE = `node bench/main.ts [options]

  --only NAME,…       these workloads alone: ${WORKLOADS.map((workload) => workload.name).join(", ")}
  --peer FORM         fair (default), as-shipped, both, or none
  --rounds N          turns of each contestant (default ${FULL.rounds})
  --seconds S         of measuring in each turn (default ${FULL.seconds})
  --all-sizes         the official server at 100,000 and 1,000,000 runs too: takes very long
  --short             small data, one short round: only shows that everything runs and answers agree
  --write-results     write bench/results.md`;

export interface Options {
  workloads: Workload[];
  contestants: Contestant[];
  scale: Scale;
  allSizes: boolean;
  writeResults: boolean;
}

const PEERS: Record<string, Contestant[]> = {
  fair: [officialFair],
  "as-shipped": [officialAsShipped],
  both: [officialAsShipped, officialFair],
  none: [],
};

/** Reads the command line; throws an error that says what to mend. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      peer: { type: "string", default: "fair" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      "all-sizes": { type: "boolean", default: false },
      short: { type: "boolean", default: false },
      "write-results": { type: "boolean", default: false },
    },
  });
  const peers = PEERS[values.peer];
  if (!peers) throw new Error(`--peer takes ${Object.keys(PEERS).join(", ")}`);
  const scale = values.short ? SHORT : FULL;
  const rounds = positive("--rounds", values.rounds, scale.rounds);
  const seconds = positive("--seconds", values.seconds, scale.seconds);
  return {
    workloads: chosen(values.only),
    contestants: [ours, ...peers],
    scale: { ...scale, rounds, seconds },
    allSizes: values["all-sizes"],
    writeResults: values["write-results"],
  };
}

function chosen(only: string | undefined): Workload[] {
  if (only === undefined) return [...WORKLOADS];
  return only.split(",").map((name) => {
    const found = WORKLOADS.find((workload) => workload.name === name);
    if (!found) throw new Error(`there is no workload ${name}; see --help`);
    return found;
  });
}

function positive(option: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!(value > 0)) throw new Error(`${option} takes a number above 0`);
  return value;
}
