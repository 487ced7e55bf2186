import { KubeflowError } from "../errors.ts";

const LONGEST_EXCERPT = 100;

/** A `filterQuery` that can't be understood. The message says what is wrong, where (characters count from 1), and what to write. */
export class InvalidFilterQuery extends KubeflowError {
  override readonly name = "InvalidFilterQuery";

  /** `position` is the offset into the text, from 0. */
  constructor(problem: string, position?: number) {
    super(400, `invalid filterQuery${position === undefined ? "" : ` at character ${position + 1}`}: ${problem}`);
  }
}

/** What a client wrote, short enough for a message. */
export function excerpt(text: string): string {
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…`.toWellFormed() : text;
}
