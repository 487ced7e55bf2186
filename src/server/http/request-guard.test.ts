import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusalReason } from "./request-guard.ts";

const options = { allowedHosts: ["registry.example.org"], allowedOrigins: ["https://ui.example.org"] };

describe("the request guard", () => {
  for (const host of [
    "localhost:5000",
    "127.0.0.1:5000",
    "[::1]:5000",
    "10.0.0.7",
    "mlflow:5000",
    "r.ml.svc",
    "registry.example.org",
  ]) {
    it(`answers under ${host}`, () => assert.equal(refusalReason(options, "POST", { host }), undefined));
  }

  for (const host of ["evil.example.com", "127.0.0.1.evil.com", "localhost.evil.com:5000"]) {
    it(`does not answer under ${host}`, () =>
      assert.match(refusalReason(options, "GET", { host }) ?? "", /--allowed-hosts/));
  }

  it("refuses changes from pages of other sites", () => {
    const call = (method: string, origin: string) => refusalReason(options, method, { host: "localhost:5000", origin });
    assert.match(call("POST", "https://evil.example.com") ?? "", /--allowed-origins/);
    assert.match(call("DELETE", "null") ?? "", /--allowed-origins/);
    assert.match(call("POST", "http://localhost:8080") ?? "", /--allowed-origins/);
    assert.equal(call("GET", "https://evil.example.com"), undefined);
    assert.equal(call("POST", "http://localhost:5000"), undefined);
    assert.equal(call("POST", "https://ui.example.org"), undefined);
  });
});
