import type { Property } from "../../core/model/properties.ts";
import type { Alias } from "../../core/model/registered-models.ts";
import { badRequest } from "./errors.ts";

/** Properties that show what is an alias of the model: `mlflow.alias.champion` is the number of the version. */
const ALIAS_PREFIX = "mlflow.alias.";

export function toAliasProperties(aliases: readonly Alias[]): Property[] {
  return aliases.map(({ alias, version }) => ({ key: ALIAS_PREFIX + alias, type: "string", value: String(version) }));
}

/** Takes the aliases out of properties. Throws 400 for one that is no number of a version. */
export function splitAliases(properties: readonly Property[]): { aliases: Alias[]; properties: Property[] } {
  const isAlias = ({ key }: Property) => key.startsWith(ALIAS_PREFIX) && key !== ALIAS_PREFIX;
  return {
    aliases: properties.filter(isAlias).map(toAlias),
    properties: properties.filter((property) => !isAlias(property)),
  };
}

function toAlias({ key, value }: Property): Alias {
  if (!/^\d{1,9}$/.test(value)) throw badRequest(`The property "${key}" must be the number of a version, such as "3".`);
  return { alias: key.slice(ALIAS_PREFIX.length), version: Number(value) };
}
