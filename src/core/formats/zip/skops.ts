import type { FileFacts } from "../facts.ts";
import { membersOf, objectsIn, present, readJson, textOf } from "../io/json.ts";
import type { Source } from "../source.ts";
import type { ZipEntry } from "./directory.ts";
import { openEntry } from "./entries.ts";

/** skops: `schema.json` names the module and class of each object that is made on loading. */
export async function readSkops(source: Source, entries: readonly ZipEntry[], facts: FileFacts): Promise<void> {
  facts.scan = "unscanned";
  const entry = entries.find(({ name }) => name === "schema.json");
  const file = entry && (await openEntry(source.file, entry, source.inflate));
  if (file === undefined) return;
  const schema = await readJson(file, "schema.json");
  const imports = new Set<string>();
  for (const { __module__: module, __class__: name } of objectsIn(schema)) {
    if (typeof module === "string" && typeof name === "string") imports.add(`${module} ${name}`);
  }
  const { _skops_version: version, protocol } = membersOf(schema);
  Object.assign(facts, present({ skops_version: textOf(version), protocol, imports: [...imports].sort() }));
  facts.scan = "complete";
}
