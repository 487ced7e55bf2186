import type { Condition, Filter } from "../../../core/filter/filter.ts";
import { PROMPT_TAG } from "../../../core/model/registered-models.ts";

const IS_PROMPT: Filter = {
  kind: "comparison",
  field: { kind: "tag", key: PROMPT_TAG },
  operator: "=",
  value: "true",
};

const IS_MODEL: Filter = { kind: "not", operand: IS_PROMPT };

/**
 * Prompts live in the registry beside models; searches show them only where the filter asks for the prompt tag. A condition on that tag
 * means "is a prompt" or "is a model", since models do not carry it.
 */
export function hidePrompts(filter: Filter | undefined): Filter {
  if (filter === undefined) return IS_MODEL;
  const rewritten = rewrite(filter);
  return rewritten.mentionsPrompts ? rewritten.filter : { kind: "and", operands: [filter, IS_MODEL] };
}

interface Rewritten {
  filter: Filter;
  mentionsPrompts: boolean;
}

function rewrite(filter: Filter): Rewritten {
  switch (filter.kind) {
    case "and":
    case "or": {
      const operands = filter.operands.map(rewrite);
      return {
        filter: { kind: filter.kind, operands: operands.map((operand) => operand.filter) },
        mentionsPrompts: operands.some((operand) => operand.mentionsPrompts),
      };
    }
    case "not": {
      const operand = rewrite(filter.operand);
      return { filter: { kind: "not", operand: operand.filter }, mentionsPrompts: operand.mentionsPrompts };
    }
    default: {
      const mentionsPrompts = filter.field.kind === "tag" && filter.field.key === PROMPT_TAG;
      return { filter: mentionsPrompts ? promptCondition(filter) : filter, mentionsPrompts };
    }
  }
}

function promptCondition(condition: Condition): Filter {
  if (condition.kind !== "comparison") return condition;
  const value = String(condition.value).toLowerCase();
  const asksForPrompts =
    (condition.operator === "=" && value === "true") || (condition.operator === "!=" && value === "false");
  return asksForPrompts ? IS_PROMPT : IS_MODEL;
}
