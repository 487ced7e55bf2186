import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { binaryProtocol } from "../routes.ts";
import { binaryDocument } from "./document.ts";
import { DESCRIPTIONS } from "./operations.ts";

/** Those of tus, which has a specification of its own. */
const TUS = /Upload(s|Capabilities|Method)?$/;
/** Those that a client is given as a whole URL. */
const SIGNED = /^(get|put)Signed/;

describe("the document of the binary API", () => {
  it("describes every route but those of tus and signed ones, and nothing else", () => {
    const routes = binaryProtocol.routes.filter(
      ({ operation }) => operation === "uploadModel" || !(TUS.test(operation) || SIGNED.test(operation)),
    );
    assert.deepEqual([...new Set(routes.map(({ operation }) => operation))].sort(), Object.keys(DESCRIPTIONS).sort());
    const { paths } = binaryDocument(binaryProtocol.routes);
    const described = Object.values(paths).flatMap((methods) => Object.keys(methods));
    assert.equal(described.length, routes.length);
  });

  it("refers to schemas that are there, and gives each operation its own name", () => {
    const document = binaryDocument(binaryProtocol.routes);
    const text = JSON.stringify(document);
    const referred = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    assert.deepEqual(
      [...referred].filter((name) => !document.components.schemas[name ?? ""]),
      [],
    );
    const names = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, name]) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
