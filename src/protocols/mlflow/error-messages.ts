import type { CoreError, CoreErrorData, CoreErrorKind } from "../../core/errors.ts";
import { invalidModelName, isModelName } from "./wire/model-names.ts";
import { pythonRepr } from "./wire/python-text.ts";

type Messages = { [Kind in CoreErrorKind]: (data: CoreErrorData[Kind]) => string };

/** MLflow's wording of each refusal of the core; clients and their tests match on these texts. */
const MESSAGES: Messages = {
  notFound: notFoundMessage,
  alreadyExists: alreadyExistsMessage,
  ambiguous: ({ entity, by, value }) => `There is more than one ${entity} with ${by} '${value}'.`,
  invalidValue: ({ reason }) => reason,
  wrongState: ({ entity, id, required, actual }) =>
    `The ${entity} ${id} must be in the '${required}' state. Current state is ${actual}.`,
  immutable: immutableMessage,
  notAFile: ({ path }) => `Artifact path refers to a directory, not a file: '${path}'`,
  tooLarge: ({ what, limit, unit }) => `${what} is larger than the limit of ${limit} ${unit}.`,
  digestMismatch: ({ expected, actual }) =>
    `The bytes have the SHA-256 ${actual}, not ${expected} as promised. Send them again.`,
  damaged: ({ digest }) => `The bytes with the SHA-256 ${digest} are damaged and are not given out. Store them again.`,
  noSpace: ({ reason }) => reason,
  unavailable: ({ reason }) => reason,
  unsupported: ({ reason }) => reason,
};

export function coreErrorMessage<Kind extends CoreErrorKind>(error: CoreError<Kind>): string {
  return (MESSAGES[error.kind] as (data: CoreErrorData[Kind]) => string)(error.data);
}

function notFoundMessage({ entity, by, value, of }: CoreErrorData["notFound"]): string {
  switch (entity) {
    case "experiment":
      return by === "name" ? `Could not find experiment with name '${value}'` : `No Experiment with id=${value} exists`;
    case "run":
      return `Run with id=${value} not found`;
    case "registered model":
      return isModelName(value) ? `Registered Model with name=${value} not found` : invalidModelName(value);
    case "model version":
      if (by === "alias") return `Latest version not found for model ${of}.`;
      return `Model Version (name=${of}, version=${value}) not found`;
    case "alias":
      return `Registered model alias ${value} not found.`;
    case "evaluation dataset":
      return `Evaluation dataset with id '${value}' not found`;
    case "logged model":
      return `Logged model with ID '${value}' not found.`;
    case "artifact":
      return `No such artifact: '${value}'`;
    case "tag":
      if (by === "logged model") return `No tag with key ${pythonRepr(value)} found for model with ID '${of}'.`;
      return `No tag with name: ${value} in ${of}`;
    default:
      return `No ${entity} with ${by} '${value}'${of === undefined ? "" : ` in ${of}`}.`;
  }
}

function alreadyExistsMessage({ entity, name, heldBy }: CoreErrorData["alreadyExists"]): string {
  if (entity === "experiment") {
    return `Experiment(name=${name}) already exists. Choose another name, or use the existing experiment.`;
  }
  if (entity === "registered model" || entity === "prompt") return registryNameTaken(entity, name, heldBy ?? entity);
  return `The ${entity} '${name}' already exists.`;
}

/** Models and prompts share their names. */
function registryNameTaken(entity: "registered model" | "prompt", name: string, heldBy: string): string {
  if (entity === heldBy) return `${entity === "prompt" ? "Prompt" : "Registered Model"} (name=${name}) already exists.`;
  return (
    `Tried to create a ${entity} with name ${pythonRepr(name)}, but the name is already taken by a ${heldBy}. ` +
    "MLflow does not allow creating a model and a prompt with the same name."
  );
}

function immutableMessage({ owner, changes, batch }: CoreErrorData["immutable"]): string {
  const [first] = changes;
  if (!batch && first) {
    return (
      `Changing param values is not allowed. Param with key='${first.key}' was already logged with value='${first.oldValue}' ` +
      `for run ID='${owner}'. Attempted logging new value '${first.newValue}'.`
    );
  }
  const attempts = changes.map(
    ({ key, oldValue, newValue }) =>
      `{'key': ${pythonRepr(key)}, 'old_value': ${pythonRepr(oldValue)}, 'new_value': ${pythonRepr(newValue)}}`,
  );
  return `Changing param values is not allowed. Params were already logged='[${attempts.join(", ")}]' for run ID='${owner}'.`;
}
