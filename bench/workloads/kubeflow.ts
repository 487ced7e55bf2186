import { ask, type Call, send } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import { drive } from "../measure/drive.ts";
import type { Prepared, ServerWorkload } from "../workload.ts";
import { askOnce } from "./runs.ts";

const CONNECTIONS = 10;
const PREFIX = "/api/model_registry/v1alpha3";
const MODELS = 2000;

/** Requests a second that Kubeflow's own server reached at 10 connections, on PostgreSQL and two cores. */
const SURVEYED = { page100: 130, page1000: 16, metric: 250, create: 830, get: 3000, find: 2600 };
const PEER = "Kubeflow's server on PostgreSQL";

type Kind = keyof typeof SURVEYED;

/** A workload that sends one kind of request over all connections, after `seed` has made what it needs. */
function workload(
  kind: Kind,
  title: string,
  atLeast: number,
  seed: (port: number) => Promise<(loop: number, index: number) => Call>,
  check?: (port: number) => Promise<unknown>,
): ServerWorkload {
  const id = `kubeflow-${kind}`;
  return {
    name: id,
    dataset: "kubeflow",
    unknownToOfficial: true,
    rows: [
      {
        id,
        title: `Kubeflow API: ${title}, 10 connections`,
        unit: "req/s",
        better: "more",
        goals: [{ kind: "surveyed", figure: SURVEYED[kind], of: PEER, atLeast }],
      },
    ],
    async prepare({ port }, { seconds }): Promise<Prepared> {
      const call = await seed(port);
      return {
        answer: () => check?.(port) ?? askOnce(port, call(0, 0)),
        async measure() {
          const step = (connection: Connection, loop: number, index: number) => send(connection, call(loop, index));
          return { [id]: (await drive({ port, connections: CONNECTIONS, seconds, step })).rate };
        },
      };
    },
  };
}

export const kubeflowWorkloads: readonly ServerWorkload[] = [
  workload("page100", "page of 100 registered models", 15, async (port) => {
    await seedModels(port);
    return () => get("/registered_models?pageSize=100");
  }),
  workload("page1000", "page of 1,000 registered models", 20, async (port) => {
    await seedModels(port);
    return () => get("/registered_models?pageSize=1000");
  }),
  workload("get", "registered model by id", 5, async (port) => {
    const ids = await seedModels(port);
    return (loop, index) => get(`/registered_models/${ids[(loop * 7 + index) % ids.length]}`);
  }),
  workload("find", "registered model by name", 5, async (port) => {
    await seedModels(port);
    return (loop, index) => get(`/registered_model?name=model-${(loop * 7 + index) % MODELS}`);
  }),
  workload("create", "create a registered model, durable", 10, async () => {
    let count = 0;
    const series = Date.now();
    return () => post("/registered_models", modelBody(`made-${series}-${count++}`));
  }),
  workload(
    "metric",
    "metric of a run (upsert and a point of its history), durable",
    50,
    async (port) => {
      const run = await newRun(port);
      let step = 0;
      return () => post(`/experiment_runs/${run}/artifacts`, metricBody(++step));
    },
    loseNoPoint,
  ),
];

function get(path: string): Call {
  return { method: "GET", path: PREFIX + path };
}

function post(path: string, body: string): Call {
  return { method: "POST", path: PREFIX + path, body };
}

/** With a description, an owner and three typed properties, as a pipeline would leave it. */
function modelBody(name: string): string {
  return JSON.stringify({
    name,
    description: "A model that a pipeline has made",
    owner: "team-a",
    customProperties: {
      accuracy: { metadataType: "MetadataDoubleValue", double_value: 0.93 },
      layers: { metadataType: "MetadataIntValue", int_value: "12" },
      team: { metadataType: "MetadataStringValue", string_value: "a" },
    },
  });
}

function metricBody(step: number): string {
  return `{"artifactType":"metric","name":"loss","value":${step / 7},"timestamp":"1700000000000","step":${step}}`;
}

/** Makes the models that are missing; returns the ids of all. */
async function seedModels(port: number): Promise<string[]> {
  const connection = new Connection(port);
  const names = Array.from({ length: MODELS }, (_, index) => `model-${index}`);
  const probe = await connection.request("GET", `${PREFIX}/registered_model?name=${names.at(-1)}`);
  if (probe.status === 404)
    for (const name of names) await send(connection, post("/registered_models", modelBody(name)));
  const call = get(`/registered_models?pageSize=${MODELS}&filterQuery=${encodeURIComponent("name LIKE 'model-%'")}`);
  const { items } = await ask<{ items: { id: string }[] }>(connection, call);
  connection.close();
  return items.map(({ id }) => id);
}

async function newRun(port: number): Promise<string> {
  const connection = new Connection(port);
  const call = post("/experiment_runs", JSON.stringify({ experimentId: "0", name: `bench-${performance.now()}` }));
  const { id } = await ask<{ id: string }>(connection, call);
  connection.close();
  return id;
}

/** Posts that arrive in one millisecond, of one name, on all connections: their number in the history is what counts. */
async function loseNoPoint(port: number): Promise<unknown> {
  const EACH = 20;
  const run = await newRun(port);
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(port));
  await Promise.all(
    connections.map(async (connection) => {
      for (let step = 0; step < EACH; step++) {
        await send(connection, post(`/experiment_runs/${run}/artifacts`, metricBody(step % 3)));
      }
    }),
  );
  const [first] = connections;
  if (first === undefined) throw new Error("no connection");
  const { size } = await ask<{ size: number }>(first, get(`/experiment_runs/${run}/metric_history?name=loss`));
  for (const connection of connections) connection.close();
  if (size !== CONNECTIONS * EACH) throw new Error(`${CONNECTIONS * EACH} points were logged, ${size} are there`);
  return size;
}
