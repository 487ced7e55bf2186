import assert from "node:assert/strict";
import { it } from "node:test";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { applyMigrations } from "../migrator.ts";
import { createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { SqliteConnection } from "../sqlite/sqlite-connection.ts";
import { migrations } from "./migrations.ts";

/** What a server of the first schema may have: a prompt, a version with a source and one without, and a run with everything. */
const DATA = [
  `INSERT INTO experiments VALUES (1, 'e', '', 'active', 1, 1)`,
  `INSERT INTO runs VALUES (1, 'r', 1, 'run', 'ann', 'RUNNING', 7, NULL, '', 'active', NULL)`,
  `INSERT INTO keys (id, name) VALUES (1, 'loss'), (2, 'lr')`,
  `INSERT INTO latest_metrics VALUES (1, 1, 1, 2, 3, 0.5)`,
  `INSERT INTO run_params VALUES (1, 2, 1, '0.1')`,
  `INSERT INTO datasets VALUES (1, 1, 'iris', '1', 'local', 's', NULL, NULL)`,
  `INSERT INTO run_datasets VALUES (1, 1)`,
  `INSERT INTO run_dataset_tags VALUES (1, 1, 'k', 'v')`,
  `INSERT INTO logged_models VALUES (1, 'm-1', 1, 'net', 's3://net', 5, 6, 'READY', NULL, NULL, 'r', 'active')`,
  `INSERT INTO registered_models VALUES (1, 'model', NULL, 'active', 1, 1, NULL, 3)`,
  ...["'s3://a'", "NULL", "'prompt-template'"].map(
    (source, index) =>
      `INSERT INTO model_versions VALUES (${index + 1}, 1, ${index + 1}, '${index + 1}', NULL, 'None', ${source}, ${source}, NULL,
         NULL, NULL, NULL, 'READY', NULL, 'active', 1, 1, NULL)`,
  ),
  `INSERT INTO model_version_tags VALUES (3, 'mlflow.prompt.is_prompt', 'True')`,
];

it("records of an older schema are assets as much as new ones", async () => {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  const session = new SqlSession(sqliteDialect, connection, new KeyDictionary());
  await applyMigrations(session, 0, migrations.slice(0, 1));
  for (const statement of DATA) await session.run(statement);
  await applyMigrations(session, 0);
  const { assets } = createWriter(session);
  const { items } = await assets.listAssets({ order: [], limit: 100 });
  assert.deepEqual(
    items.map(({ kind, origin, name, versionId, runId, uri, creationTime, lastUpdateTime }) =>
      [kind, origin, name, versionId ?? runId, uri, creationTime, lastUpdateTime].join(),
    ),
    [
      "model,version source,model,1,s3://a,1,1",
      "model,logged model,net,1,s3://net,5,6",
      "dataset,dataset input,iris,1,,7,7",
      "metric,,loss,1,,7,3",
      "parameter,,lr,1,,7,7",
    ],
  );
  assert.deepEqual(items[2]?.properties, [{ key: "k", type: "string", value: "v" }]);
  connection.close();
});
