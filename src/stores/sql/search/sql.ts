import type { SqlValue } from "../connection.ts";

/** A piece of a statement with the parameters of its question marks, in order. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/** A piece of a statement: what stands in `${}` is spliced in where it is a piece itself, and becomes a parameter otherwise. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Sql | SqlValue)[]): Sql {
  let text = strings[0] ?? "";
  const parameters: SqlValue[] = [];
  for (const [index, value] of values.entries()) {
    if (isSql(value)) {
      text += value.text;
      parameters.push(...value.parameters);
    } else {
      text += "?";
      parameters.push(value);
    }
    text += strings[index + 1] ?? "";
  }
  return { text, parameters };
}

/** A piece without parameters: names of tables, columns and indexes. Never anything that a client sent. */
export function words(text: string): Sql {
  return { text, parameters: [] };
}

export function joined(parts: readonly Sql[], separator: string): Sql {
  return {
    text: parts.map((part) => part.text).join(separator),
    parameters: parts.flatMap((part) => part.parameters),
  };
}

function isSql(value: Sql | SqlValue): value is Sql {
  return typeof value === "object" && value !== null;
}
