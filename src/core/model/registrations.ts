/** Tag of a logged model that lists the versions made from it: a JSON array of `{"name", "version"}`. */
export const MODEL_VERSIONS_TAG = "mlflow.modelVersions";

/**
 * The tag's value with one more version. Clients write it too, and read it with any spacing; ours is Python's, so that the text is the
 * same whoever wrote it. What is there and is no JSON array is given up.
 */
export function withRegistration(tagValue: string | undefined, name: string, version: number): string {
  const known = parseList(tagValue);
  const isKnown = known.some((entry) => entry.name === name && entry.version === version);
  const entries = isKnown ? known : [...known, { name, version }];
  return `[${entries.map(printEntry).join(", ")}]`;
}

type Entry = Readonly<Record<string, unknown>>;

function parseList(text: string | undefined): Entry[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter((entry) => typeof entry === "object" && entry !== null) : [];
  } catch {
    return [];
  }
}

function printEntry(entry: Entry): string {
  const fields = Object.entries(entry).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{${fields.join(", ")}}`;
}
