import { median } from "./measure/statistics.ts";
import type { Goal, Row } from "./workload.ts";

const OURS = "ours";
const FAIR = "official fair";

/** Whether a goal is reached; `undefined` where what it compares with was not measured. */
export interface Verdict {
  text: string;
  met: boolean | undefined;
}

/** Figures of all rounds, by row and contestant. */
export class Results {
  readonly #figures = new Map<string, Map<string, number[]>>();
  /** What went wrong or differed, as sentences. */
  readonly complaints: string[] = [];

  add(row: string, contestant: string, figure: number): void {
    const byContestant = this.#figures.get(row) ?? new Map<string, number[]>();
    this.#figures.set(row, byContestant);
    byContestant.set(contestant, [...(byContestant.get(contestant) ?? []), figure]);
  }

  /** The median of the rounds, or undefined where nothing was measured. */
  figure(row: string, contestant: string): number | undefined {
    const figures = this.#figures.get(row)?.get(contestant);
    return figures && median(figures);
  }

  /** How many times better we are than a contestant. */
  ratio(row: Row, contestant: string): number | undefined {
    const mine = this.figure(row.id, OURS);
    const theirs = this.figure(row.id, contestant);
    if (mine === undefined || theirs === undefined) return undefined;
    return row.better === "more" ? mine / theirs : theirs / mine;
  }

  verdict(row: Row, goal: Goal): Verdict {
    const mine = this.figure(row.id, OURS);
    switch (goal.kind) {
      case "ratio":
        return { text: `${goal.atLeast} × official`, met: atLeast(this.ratio(row, FAIR), goal.atLeast) };
      case "share":
        return { text: `${goal.atLeast} × ${goal.of}`, met: atLeast(this.ratio(row, goal.of), goal.atLeast) };
      case "surveyed": {
        const times = mine === undefined ? undefined : mine / goal.figure;
        const reached = times === undefined ? "" : ` (${times.toPrecision(3)} ×)`;
        return {
          text: `${goal.atLeast} × the ${goal.figure} of ${goal.of}${reached}`,
          met: atLeast(times, goal.atLeast),
        };
      }
      case "bound":
        return row.better === "more"
          ? { text: `≥ ${goal.value} ${row.unit}`, met: atLeast(mine, goal.value) }
          : { text: `≤ ${goal.value} ${row.unit}`, met: atMost(mine, goal.value) };
      case "times": {
        const base = this.figure(goal.row, OURS);
        const times = mine === undefined || base === undefined ? undefined : mine / base;
        return { text: `≤ ${goal.atMost} × own time at 10,000`, met: atMost(times, goal.atMost) };
      }
    }
  }
}

function atLeast(value: number | undefined, bound: number): boolean | undefined {
  return value === undefined ? undefined : value >= bound;
}

function atMost(value: number | undefined, bound: number): boolean | undefined {
  return value === undefined ? undefined : value <= bound;
}
