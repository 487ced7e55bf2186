import { CoreError, isCoreError } from "../core/errors.ts";

export interface Explanation {
  reason: string;
  advice: string;
}

/** Something can't be copied. */
export class NotCopied extends Error {
  override readonly name = "NotCopied";
  readonly explanation: Explanation;

  constructor(explanation: Explanation) {
    super(explanation.reason);
    this.explanation = explanation;
  }
}

export const MEND_AND_REPEAT = "Change it at the source, then run the import again.";

/** Why the rules have refused something, and what to do; undefined for an error that is no refusal. */
export function explain(error: unknown): Explanation | undefined {
  if (error instanceof NotCopied) return error.explanation;
  if (isCoreError(error, "alreadyExists")) return explainConflict(error);
  if (isCoreError(error, "invalidValue")) {
    return { reason: `${error.data.field}: ${error.data.reason}`, advice: MEND_AND_REPEAT };
  }
  if (isCoreError(error, "notFound")) {
    const { entity, by, value } = error.data;
    return { reason: `here is no ${entity} with the ${by} ${value}`, advice: "It was copied, and removed here since." };
  }
  return error instanceof CoreError ? { reason: error.message, advice: MEND_AND_REPEAT } : undefined;
}

function explainConflict({ data: { entity, name, by } }: CoreError<"alreadyExists">): Explanation {
  return by === "externalId"
    ? {
        reason: `another ${entity} here has the external id "${name}"`,
        advice: "Change the external id of the one or the other, then run the import again.",
      }
    : {
        reason: `another ${entity} here has the name "${name}"`,
        advice: "Rename or remove the one that is here, then run the import again.",
      };
}
