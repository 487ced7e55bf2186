import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Contestant, launchWith, type Server } from "./contestants/contestant.ts";
import { ours } from "./contestants/ours.ts";
import { firstDifference, mask } from "./mask.ts";
import type { Options } from "./options.ts";
import { number } from "./report.ts";
import { Results } from "./results.ts";
import type { DatasetName } from "./scale.ts";
import type { Prepared, ProgramWorkload, ServerWorkload, Workload } from "./workload.ts";

const LONGEST_COMPLAINT = 600;

interface Entry {
  contestant: Contestant;
  prepare(): Promise<Prepared>;
}

interface Entrant {
  contestant: Contestant;
  prepared: Prepared;
}

/** Runs workloads on all contestants in turn and collects the figures. */
export class Runner {
  readonly results = new Results();
  readonly #options: Options;
  readonly #folder: string;

  /** @param folder for all data; the caller removes it */
  constructor(options: Options, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  async run(): Promise<void> {
    const { workloads } = this.#options;
    for (const name of new Set(workloads.map((workload) => workload.dataset))) {
      if (name === undefined) await this.#runPrograms(workloads.filter(isProgramWorkload));
      else await this.#runOnServers(name, workloads.filter((each) => each.dataset === name) as ServerWorkload[]);
    }
  }

  async #runPrograms(workloads: ProgramWorkload[]): Promise<void> {
    for (const workload of workloads) {
      const entries = this.#options.contestants.map((contestant) => {
        const folder = join(this.#folder, workload.name, contestant.name.replaceAll(" ", "-"));
        return { contestant, prepare: () => workload.prepareProgram(contestant, this.#options.scale, folder) };
      });
      await this.#compete(workload, entries);
    }
  }

  /** One server of each contestant holds a dataset and serves all its workloads. */
  async #runOnServers(name: DatasetName, workloads: ServerWorkload[]): Promise<void> {
    const servers = new Map<Contestant, Server>();
    const folder = join(this.#folder, name);
    try {
      for (const contestant of new Set(workloads.flatMap((workload) => this.#participants(workload)))) {
        await this.#attempt(`${contestant.name} with ${name}`, async () => {
          const dataset = this.#options.scale.datasets[name];
          const server = await launchWith(contestant, join(folder, contestant.name.replaceAll(" ", "-")), dataset);
          servers.set(contestant, server);
        });
      }
      for (const workload of workloads) {
        const present = this.#participants(workload).flatMap((contestant) => servers.get(contestant) ?? []);
        const entries = present.map((server) => ({
          contestant: server.contestant,
          prepare: () => workload.prepare(server, this.#options.scale),
        }));
        await this.#compete(workload, entries);
      }
    } finally {
      for (const server of servers.values()) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #participants(workload: ServerWorkload): Contestant[] {
    const { contestants, allSizes } = this.#options;
    if (workload.unknownToOfficial || (workload.oursOnly && !allSizes)) return [ours];
    return [...contestants, ...(workload.guests ?? [])];
  }

  async #compete(workload: Workload, entries: Entry[]): Promise<void> {
    console.log(workload.name);
    let entrants: Entrant[] = [];
    for (const { contestant, prepare } of entries) {
      await this.#attempt(`${workload.name} on ${contestant.name}`, async () => {
        entrants.push({ contestant, prepared: await prepare() });
      });
    }
    entrants = await this.#compareAnswers(workload, entrants);
    for (let round = 1; round <= this.#options.scale.rounds; round++) {
      entrants = await this.#whichSucceed(workload, entrants, (entrant) => this.#measure(entrant, round));
    }
  }

  async #measure({ contestant, prepared }: Entrant, round: number): Promise<void> {
    const figures = Object.entries(await prepared.measure());
    for (const [row, figure] of figures) this.results.add(row, contestant.name, figure);
    const text = figures.map(([row, figure]) => `${row} ${number(figure)}`).join("  ");
    console.log(`  round ${round}  ${contestant.name.padEnd(20)} ${text}`);
  }

  /** All complete contestants have to give the answer that the first one gives. Returns those that gave one. */
  async #compareAnswers(workload: Workload, entrants: Entrant[]): Promise<Entrant[]> {
    const answers: { name: string; answer: unknown }[] = [];
    const succeeded = await this.#whichSucceed(workload, entrants, async ({ contestant, prepared }) => {
      if (!contestant.complete || prepared.answer === undefined) return;
      answers.push({ name: contestant.name, answer: mask(await prepared.answer()) });
    });
    const [first, ...others] = answers;
    for (const other of others) {
      const difference = firstDifference(first?.answer, other.answer);
      if (difference) this.#complain(`${workload.name}: ${first?.name} and ${other.name} differ at ${difference}`);
    }
    return succeeded;
  }

  /** Who fails once is out: it would fail, perhaps slowly, in every round. */
  async #whichSucceed(
    workload: Workload,
    entrants: Entrant[],
    work: (entrant: Entrant) => Promise<void>,
  ): Promise<Entrant[]> {
    const succeeded: Entrant[] = [];
    for (const entrant of entrants) {
      await this.#attempt(`${workload.name} on ${entrant.contestant.name}`, async () => {
        await work(entrant);
        succeeded.push(entrant);
      });
    }
    return succeeded;
  }

  /** What fails is noted, and the rest goes on: one missing feature must not hide every other figure. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#complain(`${what} failed: ${String(error).slice(0, LONGEST_COMPLAINT)}`);
    }
  }

  #complain(complaint: string): void {
    this.results.complaints.push(complaint);
    console.error(`  ! ${complaint}`);
  }
}

function isProgramWorkload(workload: Workload): workload is ProgramWorkload {
  return workload.dataset === undefined;
}
