import type { Json } from "../facts.ts";
import { DamagedFile, LimitReached } from "./problems.ts";
import type { MeteredFile } from "./random-access.ts";

/** Bytes of a JSON text that is parsed: some 30 ms, during which nothing else runs. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The file as JSON. `what` names it in errors. */
export async function readJson(file: MeteredFile, what: string): Promise<Json> {
  if (file.size > MOST_BYTES) throw new LimitReached(`${what} has ${file.size} bytes, more than is parsed.`);
  const text = new TextDecoder().decode(await file.read(0, file.size));
  try {
    return JSON.parse(text);
  } catch {
    throw new DamagedFile(`${what} is not JSON.`);
  }
}

/** The members of an object; none of what is no object. */
export function membersOf(json: Json | undefined): { [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
}

/** The value where it is a text. */
export function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}

/** An object without the keys whose value is absent. */
export function present(facts: Record<string, Json | undefined>): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Objects and lists that are gone through: some 50 ms. A forest of a thousand trees has a hundred thousand. */
const MOST_OBJECTS = 400_000;

/** Every object in the JSON, however deep. */
export function* objectsIn(json: Json): Iterable<{ [key: string]: Json }> {
  const waiting: Json[] = [json];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (++seen > MOST_OBJECTS) throw new LimitReached(`The JSON has more than ${MOST_OBJECTS} objects.`);
    if (!Array.isArray(next)) yield next;
    for (const value of Object.values(next)) waiting.push(value);
  }
}
