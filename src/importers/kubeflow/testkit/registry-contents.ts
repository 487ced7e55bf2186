type Item = Record<string, unknown> & { id: string };

/** Lists of everything, but for what hangs on parents. */
const LISTS = [
  "/serving_environments",
  "/registered_models",
  "/model_versions",
  "/experiments",
  "/experiment_runs",
  "/inference_services",
  "/artifacts",
];

/** Lists below each item of another one. */
const CHILDREN: readonly (readonly [parents: string, child: string])[] = [
  ["/model_versions", "artifacts"],
  ["/experiment_runs", "artifacts"],
  ["/experiment_runs", "metric_history"],
  ["/inference_services", "serves"],
];

/**
 * Everything that a server shows of its registry, by list. Metrics and parameters of runs have numbers of each server's own, and an
 * experiment `Default` that nobody has touched is as old as its server: those are left out.
 */
export async function readContents(url: string): Promise<Record<string, unknown[]>> {
  const contents: Record<string, unknown[]> = {};
  for (const list of LISTS) contents[list] = comparable(await read(url, list));
  for (const [parents, child] of CHILDREN) {
    for (const { id } of await read(url, parents)) {
      const list = `${parents}/${id}/${child}`;
      contents[list] = comparable(await read(url, list));
    }
  }
  return contents;
}

async function read(url: string, list: string): Promise<Item[]> {
  const response = await fetch(`${url}/api/model_registry/v1alpha3${list}`);
  const { items } = (await response.json()) as { items?: Item[] };
  if (items === undefined) throw new Error(`${list}: ${response.status}`);
  return items;
}

function comparable(items: readonly Item[]): unknown[] {
  const kept = items.filter(
    ({ name, customProperties }) => name !== "Default" || Object.keys(customProperties as object).length > 0,
  );
  return kept.map(withoutMadeNumber).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function withoutMadeNumber({ id, ...item }: Item): unknown {
  const isRunValue =
    item.experimentRunId !== undefined && (item.artifactType === "metric" || item.artifactType === "parameter");
  return isRunValue ? item : { id, ...item };
}
