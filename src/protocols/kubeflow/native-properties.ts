import { parseStage, type Stage } from "../../core/model/model-versions.ts";
import type { Property } from "../../core/model/properties.ts";
import {
  ALIAS_CHARACTERS,
  type Alias,
  isReservedAlias,
  MAXIMUM_ALIAS_LENGTH,
} from "../../core/model/registered-models.ts";
import { badRequest } from "./errors.ts";
import { isLonger } from "./wire/characters.ts";

/** Properties that show what is an alias of the model: `mlflow.alias.champion` is the number of the version. */
export const ALIAS_PREFIX = "mlflow.alias.";

function toAliasProperties(aliases: readonly Alias[]): Property[] {
  return aliases.map(({ alias, version }) => textProperty(ALIAS_PREFIX + alias, String(version)));
}

/** The properties of a model with those that show its aliases. Tags of MLflow that are called like one are no alias, and not shown. */
export function withAliasProperties(properties: readonly Property[], aliases: readonly Alias[]): Property[] {
  return [...properties.filter(({ key }) => !isAliasKey(key)), ...toAliasProperties(aliases)];
}

/** Takes the aliases out of properties. Throws 400 for one that is no number of a version, or that nobody can set. */
export function splitAliases(properties: readonly Property[]): { aliases: Alias[]; properties: Property[] } {
  return {
    aliases: properties.filter(({ key }) => isAliasKey(key)).map(toAlias),
    properties: properties.filter(({ key }) => !isAliasKey(key)),
  };
}

/** Whether a property of this key is an alias. */
export function isAliasKey(key: string): boolean {
  return key.startsWith(ALIAS_PREFIX) && key !== ALIAS_PREFIX;
}

function toAlias({ key, value }: Property): Alias {
  if (!/^\d{1,9}$/.test(value)) throw badRequest(`The property "${key}" must be the number of a version, such as "3".`);
  return { alias: checkAlias(key.slice(ALIAS_PREFIX.length)), version: Number(value) };
}

/** Throws 400 for an alias that MLflow would not take either. */
export function checkAlias(alias: string): string {
  if (isReservedAlias(alias)) throw badRequest(`The alias "${alias}" can't be set: it always is a version.`);
  if (ALIAS_CHARACTERS.test(alias) && !isLonger(alias, MAXIMUM_ALIAS_LENGTH)) return alias;
  throw badRequest(
    `An alias has letters, digits, _ and - alone, at most ${MAXIMUM_ALIAS_LENGTH}: not "${alias.slice(0, MAXIMUM_ALIAS_LENGTH)}".`,
  );
}

/** Properties that show what a version is to MLflow. */
export const STAGE_PROPERTY = "mlflow.stage";
export const RUN_ID_PROPERTY = "mlflow.run_id";
const RUN_LINK = "mlflow.run_link";

/** In characters, as for MLflow's clients. */
const RUN_ID_LENGTH = 256;

interface VersionNatives {
  stage: Stage;
  runId?: string;
  runLink?: string;
}

/** The properties of a version with those that show its stage and where it came from; a stage of None is not shown. */
export function withVersionProperties(
  properties: readonly Property[],
  { stage, runId, runLink }: VersionNatives,
): Property[] {
  return [
    ...splitNatives(properties).others,
    ...(stage === "None" ? [] : [textProperty(STAGE_PROPERTY, stage)]),
    ...(runId ? [textProperty(RUN_ID_PROPERTY, runId)] : []),
    ...(runLink ? [textProperty(RUN_LINK, runLink)] : []),
  ];
}

/**
 * Takes out of all the properties of a version what MLflow has in a place of its own. Without a stage it is None, as the properties replace
 * all that there are; its run stays where none is given: where a version came from does not change. Throws `invalidValue` for no stage,
 * and 400 for an id that no run can have.
 */
export function splitVersionProperties(all: readonly Property[]): VersionNatives & { properties: Property[] } {
  const { natives, others } = splitNatives(all);
  const runId = natives.get(RUN_ID_PROPERTY);
  const runLink = natives.get(RUN_LINK);
  if (runId !== undefined && runId.length > RUN_ID_LENGTH) {
    throw badRequest(`The property "${RUN_ID_PROPERTY}" has more than ${RUN_ID_LENGTH} characters.`);
  }
  return {
    properties: others,
    stage: parseStage(natives.get(STAGE_PROPERTY) ?? "None"),
    ...(runId !== undefined && { runId }),
    ...(runLink !== undefined && { runLink }),
  };
}

function splitNatives(properties: readonly Property[]): { natives: Map<string, string>; others: Property[] } {
  const isNative = ({ key }: Property) => key === STAGE_PROPERTY || key === RUN_ID_PROPERTY || key === RUN_LINK;
  return {
    natives: new Map(properties.filter(isNative).map(({ key, value }) => [key, value])),
    others: properties.filter((property) => !isNative(property)),
  };
}

function textProperty(key: string, value: string): Property {
  return { key, type: "string", value };
}
