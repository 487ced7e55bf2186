import type { Json } from "./facts.ts";
import { membersOf } from "./io/json.ts";
import type { Format } from "./source.ts";

/** Bytes of the file that are read: signatures and examples stand in it, which may be long. */
const MOST_BYTES = 256 * 1024;

/** Keys of a flavor that say what it takes to load it. */
const FLAVOR_KEYS = /(_version|^loader_module|^serialization_format|^model_class|^pickled_model|^data|^model_path)$/;

const TOP_KEYS = ["mlflow_version", "model_size_bytes", "model_uuid", "model_id", "run_id", "utc_time_created"];

/** MLflow's description of a model: YAML, of which the plain `key: value` lines are read, by how far they are indented. */
export const mlmodel: Format = {
  name: "mlmodel",
  recognises: ({ name }) => name === "mlmodel",
  async read({ file }, facts) {
    const text = new TextDecoder().decode(await file.head(MOST_BYTES));
    const lines = [...plainLines(text)];
    const flavors = flavorsOf(lines);
    facts.flavors = flavors;
    for (const { path, value } of lines) {
      const [key = ""] = path;
      if (path.length === 1 && TOP_KEYS.includes(key) && value !== "") facts[key] = value;
    }
    const pythonVersion = membersOf(flavors.python_function).python_version;
    if (pythonVersion !== undefined) facts.python_version = pythonVersion;
  },
};

function flavorsOf(lines: readonly Line[]): { [flavor: string]: Json } {
  const flavors = new Map<string, Record<string, Json>>();
  for (const { path, value } of lines) {
    const [first, flavor = "", key = ""] = path;
    if (first !== "flavors") continue;
    if (path.length === 2) flavors.set(flavor, {});
    if (path.length === 3 && value !== "" && FLAVOR_KEYS.test(key))
      Object.assign(flavors.get(flavor) ?? {}, { [key]: value });
  }
  return Object.fromEntries(flavors);
}

interface Line {
  /** The key, behind those that it is below. */
  path: string[];
  value: string;
}

/** Each `key: value` line with the keys above it, two blanks for each level as MLflow writes them; others are left out. */
function* plainLines(text: string): Iterable<Line> {
  let path: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, indent, key, value] = /^((?: {2})*)([^\s:#'"-][^:]*):(?: +(.*))?$/.exec(line) ?? [];
    if (indent === undefined || key === undefined) continue;
    path = [...path.slice(0, indent.length / 2), key];
    yield { path, value: unquoted(value ?? "") };
  }
}

function unquoted(value: string): string {
  return /^'(.*)'$/.exec(value)?.[1] ?? /^"(.*)"$/.exec(value)?.[1] ?? value;
}
