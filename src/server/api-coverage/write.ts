import { writeFileSync } from "node:fs";
import { renderApiCoverage } from "./api-coverage.ts";

writeFileSync(new URL("../../../docs/api-coverage.md", import.meta.url), renderApiCoverage());
