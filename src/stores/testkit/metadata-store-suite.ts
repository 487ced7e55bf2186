import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { testArtifacts } from "./artifacts-suite.ts";
import { testAssets } from "./assets-suite.ts";
import { testEvaluationDatasets } from "./evaluation-datasets-suite.ts";
import { testEvents } from "./events-suite.ts";
import { testExperiments } from "./experiments-suite.ts";
import { testImports } from "./imports-suite.ts";
import { testLoggedModels } from "./logged-models-suite.ts";
import { testMetricPoints } from "./metric-points-suite.ts";
import { testMetrics } from "./metrics-suite.ts";
import { testModelVersions } from "./model-versions-suite.ts";
import { testRecords } from "./records-suite.ts";
import { testRegisteredModels } from "./registered-models-suite.ts";
import { testRunValues } from "./run-values-suite.ts";
import { testRuns } from "./runs-suite.ts";
import { testSearchAssets } from "./search-assets-suite.ts";
import { testSearchExperiments } from "./search-experiments-suite.ts";
import { testSearchLoggedModels } from "./search-logged-models-suite.ts";
import { testSearchModelVersions } from "./search-model-versions-suite.ts";
import { testSearchRecords } from "./search-records-suite.ts";
import { testSearchRegisteredModels } from "./search-registered-models-suite.ts";
import { testSearchRuns } from "./search-runs-suite.ts";
import { testTrackingRecords } from "./tracking-records-suite.ts";

/** Every suite of the records: what each backend must pass. `open` gives an empty store that nothing else uses. */
export function testMetadataStore(name: string, open: () => Promise<MetadataStore>): void {
  testExperiments(name, open);
  testRuns(name, open);
  testMetrics(name, open);
  testMetricPoints(name, open);
  testRunValues(name, open);
  testRegisteredModels(name, open);
  testModelVersions(name, open);
  testLoggedModels(name, open);
  testEvaluationDatasets(name, open);
  testArtifacts(name, open);
  testAssets(name, open);
  testRecords(name, open);
  testTrackingRecords(name, open);
  testImports(name, open);
  testEvents(name, open);
  testSearchExperiments(name, open);
  testSearchRuns(name, open);
  testSearchRegisteredModels(name, open);
  testSearchModelVersions(name, open);
  testSearchLoggedModels(name, open);
  testSearchRecords(name, open);
  testSearchAssets(name, open);
}
