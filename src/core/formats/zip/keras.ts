import type { FileFacts, Json } from "../facts.ts";
import { membersOf, objectsIn, present, readJson, textOf } from "../io/json.ts";
import type { Source } from "../source.ts";
import type { ZipEntry } from "./directory.ts";
import { openEntry } from "./entries.ts";

/** Keras 3: the layers in `config.json`, versions in `metadata.json`, the weights in a file of HDF5. */
export async function readKeras(source: Source, entries: readonly ZipEntry[], facts: FileFacts): Promise<void> {
  facts.scan = "unscanned";
  const metadata = membersOf(await entryJson(source, entries, "metadata.json"));
  Object.assign(
    facts,
    present({ keras_version: textOf(metadata.keras_version), date_saved: textOf(metadata.date_saved) }),
  );
  const config = await entryJson(source, entries, "config.json");
  if (config === undefined) return;
  Object.assign(facts, configFacts(config), { scan: "complete" });
}

/** What loading it imports: each object is made from a module and the name of a class. Lambda layers bring code of their own. */
function configFacts(config: Json): Record<string, Json> {
  const imports = new Set<string>();
  let lambdaLayers = 0;
  for (const { module, class_name: className } of objectsIn(config)) {
    if (typeof className !== "string") continue;
    imports.add(`${textOf(module) ?? ""} ${className}`.trim());
    if (className === "Lambda" || className === "__lambda__") lambdaLayers++;
  }
  const { class_name, config: inner } = membersOf(config);
  const { name, layers } = membersOf(inner);
  return present({
    class_name: textOf(class_name),
    name: textOf(name),
    layers: Array.isArray(layers) ? layers.length : undefined,
    lambda_layers: lambdaLayers,
    imports: [...imports].sort(),
  });
}

async function entryJson(source: Source, entries: readonly ZipEntry[], name: string): Promise<Json | undefined> {
  const entry = entries.find((candidate) => candidate.name === name);
  const file = entry && (await openEntry(source.file, entry, source.inflate));
  return file && readJson(file, name);
}
