import type { Contestant, Server } from "./contestants/contestant.ts";
import type { DatasetName, Scale } from "./scale.ts";

/** What a figure has to reach. Rows without a goal are reported only. */
export type Goal =
  /** So many times better than the official server in its fair form. */
  | { kind: "ratio"; atLeast: number }
  /** At least this share of what another contestant reaches in the same run. */
  | { kind: "share"; of: string; atLeast: number }
  /** So many times a figure that was measured elsewhere, on a machine of this size; `of` says whose. */
  | { kind: "surveyed"; figure: number; of: string; atLeast: number }
  /** An absolute bound, in the row's unit. */
  | { kind: "bound"; value: number }
  /** At most so many times our own figure of another row. */
  | { kind: "times"; row: string; atMost: number };

/** One line of the result table. */
export interface Row {
  id: string;
  title: string;
  unit: string;
  better: "more" | "less";
  goals: Goal[];
}

/** A workload made ready on one contestant. */
export interface Prepared {
  /** What the server answers to this work, to be compared between contestants. Ids and times are masked by the runner. */
  answer?(): Promise<unknown>;
  /** One round: a figure for each row, by its id. */
  measure(): Promise<Record<string, number>>;
}

interface Common {
  name: string;
  rows: Row[];
}

/** Work sent to a server that is up and holds a dataset. */
export interface ServerWorkload extends Common {
  dataset: DatasetName;
  /** Left out for the official server by default: it would take minutes. */
  oursOnly?: boolean;
  /** The official server does not know this work. */
  unknownToOfficial?: true;
  /** Contestants that take part in this workload alone. */
  guests?: Contestant[];
  prepare(server: Server, scale: Scale): Promise<Prepared>;
}

/** Work about the program itself: starting it, installing it. */
export interface ProgramWorkload extends Common {
  dataset?: never;
  prepareProgram(contestant: Contestant, scale: Scale, folder: string): Promise<Prepared>;
}

export type Workload = ServerWorkload | ProgramWorkload;
