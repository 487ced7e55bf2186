import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { v1, v1alpha3 } from "../../protocols/kubeflow/api-versions.ts";
import { versionDocument } from "../../protocols/kubeflow/openapi/document.ts";
import { kubeflowOperations } from "../../protocols/kubeflow/routes.ts";
import { type Contract, contractOf, differencesBetween } from "./contract.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The differences that are meant, and why. */
const MEANT: [RegExp, string][] = [
  [/^delete\w+: not known/, "What is archived can be deleted here."],
  [/^get\w+ query pageToken: not known/, "Another name for nextPageToken, which some clients send."],
  [/^get\w+ query pageSize: integer instead of string/, "It is one, and the same on the wire."],
  [/^enum OrderByField NAME: not known/, "Lists can be sorted by name here."],
  [/ status (401|503): not served/, "Nothing here answers so."],
  [/ status (400|404|409|413|422): not known/, "A refusal that upstream's document leaves out."],
  [
    /^get(InferenceServices|(Model)?Artifacts|ExperimentRunsMetricHistory) status 404: not served/,
    "A list that is below nothing is always there.",
  ],
  [/^createInferenceService status (200: not served|201: not known)/, "Upstream's server answers 201, as here."],
  [/^model Base\w+: not served/, "A part of other models, which no operation takes or gives."],
  [/^model ServeModelUpdate: not served/, "No operation changes a serve model."],
  [/^model Metadata(Value variant MetadataProtoValue|ProtoValue): not served/, "Refused, as by upstream's server."],
  [
    /^model \w+ field artifactType value [\w-]+: not known/,
    "The one value of the field, which the client has as its default.",
  ],
];

function readClient(version: string): Contract {
  const python = `${root}/.tools/kubeflow-${version}/bin/python`;
  assert.ok(existsSync(python), `there is no ${python}: npm test makes it`);
  const script = fileURLToPath(new URL("kubeflow_client.py", import.meta.url));
  const contract: Contract = JSON.parse(execFileSync(python, [script], { encoding: "utf8" }));
  for (const operation of contract.operations) operation.name = toCamelCase(operation.name);
  return contract;
}

function toCamelCase(name: string): string {
  return name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

describe("the OpenAPI document against the models inside the clients", () => {
  const unused = new Set(MEANT.map(([pattern]) => pattern));
  for (const [client, version, operations] of [
    ["0.3.9", v1alpha3, 56],
    ["0.3.18", v1, 40],
  ] as const) {
    it(`every operation and field that model-registry ${client} knows is in ${version.name}, but for what is meant`, () => {
      const contract = readClient(client);
      assert.equal(contract.operations.length, operations);
      const served = contractOf(versionDocument(kubeflowOperations, version));
      const unexplained = differencesBetween(contract, served).filter((difference) => {
        const [pattern] = MEANT.find(([pattern]) => pattern.test(difference)) ?? [];
        if (pattern) unused.delete(pattern);
        return !pattern;
      });
      assert.deepEqual(unexplained, []);
    });
  }

  it("no difference is listed that is not there", () => assert.deepEqual([...unused], []));
});
