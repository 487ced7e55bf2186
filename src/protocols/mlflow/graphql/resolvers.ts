import { parseJson, toJson } from "../../../core/json.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import type { Route } from "../../route.ts";
import { toCamelCase, toSnakeCase } from "./names.ts";

type Fields = Record<string, unknown>;
type Resolver = (arguments_: { input?: Fields; inputString?: string }) => Promise<Fields> | Fields;

/** Root fields, each answered by the REST operation of the same name. */
const OPERATIONS = [
  "getExperiment",
  "getRun",
  "listArtifacts",
  "searchRuns",
  "searchModelVersions",
  "getMetricHistoryBulkInterval",
  "searchDatasets",
] as const;

/** Calls REST operations on behalf of one GraphQL query. */
export class GraphqlResolvers {
  readonly #context: OperationContext;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #experiments = new Map<string, Promise<unknown>>();
  #wantedRuns: string[] = [];
  #modelVersions: Promise<Map<string, Fields[]>> | undefined;

  /** `routes`: the REST route of each operation. */
  constructor(context: OperationContext, routes: ReadonlyMap<string, Route>) {
    this.#context = context;
    this.#routes = routes;
  }

  /** What the executor starts from: a function for each root field. */
  get root(): Readonly<Record<string, Resolver>> {
    const fields = OPERATIONS.map((operation): [string, Resolver] => [
      `mlflow${operation.charAt(0).toUpperCase()}${operation.slice(1)}`,
      ({ input }) => this.#answer(operation, input ?? {}),
    ]);
    const echo: Resolver = ({ inputString }) => ({ output: inputString });
    return { ...Object.fromEntries(fields), test: echo, testMutation: echo };
  }

  async #answer(operation: string, input: Fields): Promise<Fields> {
    const { status, fields } = await this.#call(operation, input);
    if (status !== 200) return { apiError: { code: fields.errorCode, message: fields.message } };
    const runs = [fields.run, ...((fields.runs as unknown[] | undefined) ?? [])];
    for (const run of runs) if (run) this.#extendRun(run as Fields);
    return fields;
  }

  async #call(operation: string, input: Fields): Promise<{ status: number; fields: Fields }> {
    const route = this.#routes.get(operation);
    if (route === undefined) throw new Error(`There is no route for ${operation}`);
    const answer = await route.handle(this.#context, {
      parameters: {},
      query: "",
      headers: { "content-type": "application/json" },
      body: Buffer.from(toJson(toSnakeCase(input))),
      stream: undefined,
    });
    return { status: answer.status, fields: toCamelCase(parseJson(String(answer.body))) as Fields };
  }

  /** Fields that only GraphQL has: the run's experiment, and the model versions that came from it. */
  #extendRun(run: Fields): void {
    const { runId, experimentId } = run.info as { runId: string; experimentId: string };
    run.experiment = () => this.#experiment(experimentId);
    run.modelVersions = async () => {
      this.#wantedRuns.push(runId);
      // Every run of the page has asked by the time this continues: one search serves them all.
      await Promise.resolve();
      this.#modelVersions ??= this.#findModelVersions(this.#wantedRuns);
      return (await this.#modelVersions).get(runId) ?? [];
    };
  }

  async #experiment(id: string): Promise<unknown> {
    const found = this.#experiments.get(id) ?? this.#call("getExperiment", { experimentId: id });
    this.#experiments.set(id, found);
    return ((await found) as { fields: Fields }).fields.experiment;
  }

  async #findModelVersions(runIds: readonly string[]): Promise<Map<string, Fields[]>> {
    this.#wantedRuns = [];
    const filter = `run_id IN (${runIds.map((runId) => `'${runId}'`).join(", ")})`;
    const { fields } = await this.#call("searchModelVersions", { filter });
    return Map.groupBy((fields.modelVersions as Fields[] | undefined) ?? [], (version) => String(version.runId));
  }
}
