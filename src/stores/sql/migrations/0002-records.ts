import type { DdlWords, Migration } from "./migration.ts";

/** Tables of (owner, key, value) whose values had no type. */
const TAG_TABLES = [
  "experiment_tags",
  "run_tags",
  "registered_model_tags",
  "model_version_tags",
  "logged_model_tags",
  "run_dataset_tags",
];

/**
 * What records need that are known by number as well as by name: typed values, ids that clients choose, people, and the things that
 * hang on versions and runs (`assets`).
 *
 * The `type` of a value: NULL is plain text. A numbered asset is a row of `assets`. The metrics and params of runs are assets without
 * such a row: their number is made of the run's and the key's; `value_details` has what only some of them carry.
 */
export const records: Migration = {
  name: "0002-records",
  statements: (words) => [
    ...TAG_TABLES.map((table) => `ALTER TABLE ${table} ADD COLUMN type ${words.text}`),
    ...registryColumns(words),
    ...trackingColumns(words),
    ...servingTables(words),
    ...assetTables(words),
    ...existingAssets(),
  ],
};

function registryColumns({ integer, text, clustered, indexedText }: DdlWords): string[] {
  const modelColumns = ["external_id", "owner", "readme", "maturity", "provider", "logo", "license", "license_link"];
  return [
    ...[...modelColumns, "library_name"].map((column) => `ALTER TABLE registered_models ADD COLUMN ${column} ${text}`),
    `CREATE UNIQUE INDEX registered_models_external_id ON registered_models (external_id) WHERE external_id <> ''`,
    `CREATE INDEX registered_models_name ON registered_models (name)`,
    `CREATE INDEX registered_models_creation_time ON registered_models (creation_time, id)`,
    `CREATE TABLE registered_model_labels (
      model ${integer} NOT NULL REFERENCES registered_models (id) ON DELETE CASCADE,
      kind ${text} NOT NULL,
      position ${integer} NOT NULL,
      value ${text} NOT NULL,
      PRIMARY KEY (model, kind, position))${clustered}`,
    `CREATE INDEX registered_model_labels_value ON registered_model_labels (kind, ${indexedText("value")}, model)`,
    `ALTER TABLE model_versions ADD COLUMN external_id ${text}`,
    `CREATE UNIQUE INDEX model_versions_external_id ON model_versions (external_id) WHERE external_id <> ''`,
    `CREATE UNIQUE INDEX model_versions_name ON model_versions (model, name)`,
    `CREATE INDEX model_versions_model ON model_versions (model, id)`,
    `CREATE INDEX model_versions_creation_time ON model_versions (creation_time, id)`,
  ];
}

function trackingColumns({ integer, text }: DdlWords): string[] {
  return [
    `ALTER TABLE experiments ADD COLUMN external_id ${text}`,
    `ALTER TABLE experiments ADD COLUMN owner ${text}`,
    `CREATE UNIQUE INDEX experiments_external_id ON experiments (external_id) WHERE external_id <> ''`,
    `ALTER TABLE runs ADD COLUMN external_id ${text}`,
    // NULL where the run's own times are all that is known.
    `ALTER TABLE runs ADD COLUMN creation_time ${integer}`,
    `ALTER TABLE runs ADD COLUMN last_update_time ${integer}`,
    // 1 where nobody said when the run started.
    `ALTER TABLE runs ADD COLUMN start_assumed ${integer}`,
    `CREATE UNIQUE INDEX runs_external_id ON runs (external_id) WHERE external_id <> ''`,
    `ALTER TABLE latest_metrics ADD COLUMN creation_time ${integer}`,
    `ALTER TABLE latest_metrics ADD COLUMN last_update_time ${integer}`,
    `ALTER TABLE run_params ADD COLUMN creation_time ${integer}`,
    `ALTER TABLE run_params ADD COLUMN last_update_time ${integer}`,
  ];
}

function servingTables(words: DdlWords): string[] {
  const { id, integer, text } = words;
  const common = `id ${id},
      name ${text} NOT NULL,
      description ${text},
      external_id ${text},
      creation_time ${integer} NOT NULL,
      last_update_time ${integer} NOT NULL`;
  return [
    `CREATE TABLE serving_environments (${common})`,
    `CREATE UNIQUE INDEX serving_environments_name ON serving_environments (name)`,
    `CREATE UNIQUE INDEX serving_environments_external_id ON serving_environments (external_id) WHERE external_id <> ''`,
    propertyTable(words, "serving_environment_properties", "environment", "serving_environments"),
    // The model and the version that a service runs are what its client says: they may be unknown here.
    `CREATE TABLE inference_services (${common},
      environment ${integer} NOT NULL REFERENCES serving_environments (id) ON DELETE CASCADE,
      registered_model_id ${integer} NOT NULL,
      model_version_id ${integer},
      runtime ${text},
      desired_state ${text} NOT NULL)`,
    `CREATE UNIQUE INDEX inference_services_name ON inference_services (environment, name)`,
    `CREATE UNIQUE INDEX inference_services_external_id ON inference_services (external_id) WHERE external_id <> ''`,
    propertyTable(words, "inference_service_properties", "service", "inference_services"),
    `CREATE TABLE serve_models (${common},
      service ${integer} NOT NULL REFERENCES inference_services (id) ON DELETE CASCADE,
      model_version ${integer} NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
      last_known_state ${text} NOT NULL)`,
    `CREATE UNIQUE INDEX serve_models_name ON serve_models (service, name)`,
    `CREATE INDEX serve_models_version ON serve_models (model_version)`,
    `CREATE UNIQUE INDEX serve_models_external_id ON serve_models (external_id) WHERE external_id <> ''`,
    propertyTable(words, "serve_model_properties", "serve", "serve_models"),
  ];
}

function assetTables(words: DdlWords): string[] {
  const { id, integer, real, text, clustered } = words;
  return [
    `CREATE TABLE assets (
      id ${id},
      kind ${text} NOT NULL,
      version ${integer} REFERENCES model_versions (id) ON DELETE CASCADE,
      run ${integer} REFERENCES runs (id) ON DELETE CASCADE,
      is_source ${integer} NOT NULL DEFAULT 0,
      dataset ${integer} REFERENCES datasets (id) ON DELETE CASCADE,
      logged_model ${integer} REFERENCES logged_models (id) ON DELETE CASCADE,
      name ${text} NOT NULL,
      description ${text},
      external_id ${text},
      state ${text},
      uri ${text},
      model_format_name ${text},
      model_format_version ${text},
      storage_key ${text},
      storage_path ${text},
      service_account_name ${text},
      model_source_kind ${text},
      model_source_class ${text},
      model_source_group ${text},
      model_source_id ${text},
      model_source_name ${text},
      digest ${text},
      source_type ${text},
      source ${text},
      schema ${text},
      profile ${text},
      value ${real},
      step ${integer},
      timestamp ${integer},
      text_value ${text},
      value_type ${text},
      creation_time ${integer} NOT NULL,
      last_update_time ${integer} NOT NULL)`,
    `CREATE INDEX assets_kind ON assets (kind, id)`,
    `CREATE INDEX assets_creation_time ON assets (kind, creation_time, id)`,
    `CREATE INDEX assets_last_update_time ON assets (kind, last_update_time, id)`,
    `CREATE INDEX assets_version ON assets (version) WHERE version IS NOT NULL`,
    `CREATE INDEX assets_run ON assets (run) WHERE run IS NOT NULL`,
    `CREATE UNIQUE INDEX assets_source ON assets (version) WHERE is_source = 1`,
    `CREATE UNIQUE INDEX assets_logged_model ON assets (logged_model) WHERE logged_model IS NOT NULL`,
    `CREATE UNIQUE INDEX assets_dataset ON assets (run, dataset) WHERE dataset IS NOT NULL`,
    `CREATE INDEX assets_of_dataset ON assets (dataset) WHERE dataset IS NOT NULL`,
    `CREATE UNIQUE INDEX assets_external_id ON assets (external_id) WHERE external_id <> ''`,
    // No foreign key: the metrics and params of runs have no row in assets.
    `CREATE TABLE asset_properties (
      asset ${integer} NOT NULL,
      key ${text} NOT NULL,
      value ${text} NOT NULL,
      type ${text},
      PRIMARY KEY (asset, key))${clustered}`,
    `CREATE TABLE asset_links (
      asset ${integer} NOT NULL,
      version ${integer} REFERENCES model_versions (id) ON DELETE CASCADE,
      run ${integer} REFERENCES runs (id) ON DELETE CASCADE)`,
    `CREATE UNIQUE INDEX asset_links_version ON asset_links (version, asset) WHERE version IS NOT NULL`,
    `CREATE UNIQUE INDEX asset_links_run ON asset_links (run, asset) WHERE run IS NOT NULL`,
    `CREATE TABLE value_details (
      asset ${integer} NOT NULL PRIMARY KEY,
      run ${integer} NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      description ${text},
      external_id ${text},
      state ${text},
      value_type ${text})`,
    `CREATE INDEX value_details_run ON value_details (run)`,
    `CREATE UNIQUE INDEX value_details_external_id ON value_details (external_id) WHERE external_id <> ''`,
    // How often a point came that was there already, for clients that count every one.
    `CREATE TABLE repeated_points (
      run ${integer} NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      key ${integer} NOT NULL,
      step ${integer} NOT NULL,
      timestamp ${integer} NOT NULL,
      value ${real} NOT NULL,
      is_nan ${integer} NOT NULL,
      repeats ${integer} NOT NULL,
      PRIMARY KEY (run, key, step, timestamp, value, is_nan))${clustered}`,
  ];
}

function propertyTable({ integer, text, clustered }: DdlWords, table: string, owner: string, of: string): string {
  return `CREATE TABLE ${table} (
      ${owner} ${integer} NOT NULL REFERENCES ${of} (id) ON DELETE CASCADE,
      key ${text} NOT NULL,
      value ${text} NOT NULL,
      type ${text},
      PRIMARY KEY (${owner}, key))${clustered}`;
}

/** Versions, logged models and dataset inputs that were here before are assets as much as new ones. */
function existingAssets(): string[] {
  return [
    `INSERT INTO assets (kind, version, is_source, name, state, model_format_name, creation_time, last_update_time)
     SELECT 'model', v.id, 1, m.name, 'LIVE', 'mlflow', v.creation_time, v.last_update_time
     FROM model_versions v JOIN registered_models m ON m.id = v.model
     WHERE v.source IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM model_version_tags t
       WHERE t.version = v.id AND t.key = 'mlflow.prompt.is_prompt' AND lower(t.value) = 'true')
     ORDER BY v.id`,
    `INSERT INTO assets (kind, run, logged_model, name, model_format_name, creation_time, last_update_time)
     SELECT 'model', r.id, l.id, l.name, 'mlflow', l.creation_time, l.last_update_time
     FROM logged_models l LEFT JOIN runs r ON r.run_id = l.source_run_id ORDER BY l.id`,
    `INSERT INTO assets (kind, run, dataset, name, state, creation_time, last_update_time)
     SELECT 'dataset', x.run, x.dataset, d.name, 'LIVE', r.start_time, r.start_time
     FROM run_datasets x JOIN datasets d ON d.id = x.dataset JOIN runs r ON r.id = x.run ORDER BY x.run, x.dataset`,
  ];
}
