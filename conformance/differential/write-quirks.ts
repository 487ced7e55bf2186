import { readFileSync, writeFileSync } from "node:fs";
import { intendedDifferences } from "./intended-differences.ts";
import { replaceSection } from "./quirks-page.ts";

/** Brings the generated section of the quirks page up to date. */
const page = new URL("../../docs/quirks/mlflow.md", import.meta.url);
writeFileSync(page, replaceSection(readFileSync(page, "utf8"), intendedDifferences));
