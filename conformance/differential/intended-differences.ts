import { artifactDifferences } from "./intended/artifacts.ts";
import { bodyDifferences } from "./intended/bodies.ts";
import { filterDifferences } from "./intended/filters.ts";
import { graphqlDifferences } from "./intended/graphql.ts";
import { internalsDifferences } from "./intended/internals.ts";
import { messageDifferences } from "./intended/messages.ts";
import { pathDifferences } from "./intended/paths.ts";
import { ruleDifferences } from "./intended/rules.ts";
import { serverErrorDifferences } from "./intended/server-errors.ts";
import { valueDifferences } from "./intended/values.ts";
import type { IntendedDifference } from "./intended.ts";

/** Every difference from upstream that is meant, with its reason and with what we answer instead. */
export const intendedDifferences: IntendedDifference[] = [
  ...serverErrorDifferences,
  ...internalsDifferences,
  ...ruleDifferences,
  ...bodyDifferences,
  ...valueDifferences,
  ...filterDifferences,
  ...artifactDifferences,
  ...pathDifferences,
  ...messageDifferences,
  ...graphqlDifferences,
];
