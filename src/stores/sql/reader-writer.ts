import type { Reader, Writer } from "../../core/ports/metadata-store.ts";
import { SqlArtifactReader, SqlArtifactWriter } from "./artifacts.ts";
import { SqlAssetReader } from "./assets/asset-reader.ts";
import { SqlAssetWriter } from "./assets/asset-writer.ts";
import { SqlDirectUploadReader, SqlDirectUploadWriter } from "./direct-uploads.ts";
import { SqlEvaluationDatasetReader, SqlEvaluationDatasetWriter } from "./evaluation-datasets.ts";
import { SqlEventReader, SqlEventWriter } from "./events.ts";
import { SqlExperimentReader, SqlExperimentWriter } from "./experiments.ts";
import { SqlFileFactsReader, SqlFileFactsWriter } from "./file-facts.ts";
import { SqlImportReader, SqlImportWriter } from "./imports.ts";
import { SqlLoggedModelReader, SqlLoggedModelWriter } from "./logged-models.ts";
import { SqlMetricReader } from "./metrics.ts";
import { SqlModelVersionReader, SqlModelVersionWriter } from "./model-versions.ts";
import { SqlRecordReader } from "./records/record-reader.ts";
import { SqlRecordWriter } from "./records/record-writer.ts";
import { SqlRegisteredModelReader, SqlRegisteredModelWriter } from "./registered-models.ts";
import { SqlRunValueWriter } from "./run-values.ts";
import { SqlRunReader, SqlRunWriter } from "./runs.ts";
import type { SqlSession } from "./session.ts";
import { SqlStoredModelReader } from "./stored-models.ts";
import { SqlUploadReader, SqlUploadWriter } from "./uploads.ts";

export function createReader(session: SqlSession): Reader {
  return {
    experiments: new SqlExperimentReader(session),
    runs: new SqlRunReader(session),
    metrics: new SqlMetricReader(session),
    registeredModels: new SqlRegisteredModelReader(session),
    modelVersions: new SqlModelVersionReader(session),
    loggedModels: new SqlLoggedModelReader(session),
    evaluationDatasets: new SqlEvaluationDatasetReader(session),
    records: new SqlRecordReader(session),
    assets: new SqlAssetReader(session),
    storedModels: new SqlStoredModelReader(session),
    fileFacts: new SqlFileFactsReader(session),
    artifacts: new SqlArtifactReader(session),
    uploads: new SqlUploadReader(session),
    directUploads: new SqlDirectUploadReader(session),
    imports: new SqlImportReader(session),
    events: new SqlEventReader(session),
  };
}

export function createWriter(session: SqlSession): Writer {
  return {
    experiments: new SqlExperimentWriter(session),
    runs: new SqlRunWriter(session),
    metrics: new SqlMetricReader(session),
    runValues: new SqlRunValueWriter(session),
    registeredModels: new SqlRegisteredModelWriter(session),
    modelVersions: new SqlModelVersionWriter(session),
    loggedModels: new SqlLoggedModelWriter(session),
    evaluationDatasets: new SqlEvaluationDatasetWriter(session),
    records: new SqlRecordWriter(session),
    assets: new SqlAssetWriter(session),
    storedModels: new SqlStoredModelReader(session),
    fileFacts: new SqlFileFactsWriter(session),
    artifacts: new SqlArtifactWriter(session),
    uploads: new SqlUploadWriter(session),
    directUploads: new SqlDirectUploadWriter(session),
    imports: new SqlImportWriter(session),
    events: new SqlEventWriter(session),
  };
}
