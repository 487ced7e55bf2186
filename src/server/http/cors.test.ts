import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type RunningServer, startServer } from "../compose.ts";
import { readConfig } from "../config/config.ts";

const ORIGIN = "https://ui.example.org";

describe("pages of other origins", () => {
  const directory = mkdtempSync(join(tmpdir(), "modelregistry-cors-"));
  let server: RunningServer;
  before(async () => {
    const flags = ["--port", "0", "--data", directory, "--allowed-origins", ORIGIN];
    server = await startServer(readConfig(flags, {}));
  });
  after(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  const ask = (origin: string, method: string) =>
    fetch(`${server.url}/api/2.0/mlflow/registered-models/update`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method },
    });

  for (const method of ["PATCH", "DELETE", "POST"]) {
    it(`may send ${method} where the configuration names the origin`, async () => {
      const { headers } = await ask(ORIGIN, method);
      assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
      assert.match(headers.get("access-control-allow-methods") ?? "", new RegExp(method));
    });
  }

  it("may change a record of the Kubeflow registry by PATCH", async () => {
    const models = `${server.url}/api/model_registry/v1/registered_models`;
    const headers = { origin: ORIGIN };
    const created = await fetch(models, { method: "POST", headers, body: JSON.stringify({ name: "from-a-page" }) });
    const { id } = (await created.json()) as { id: string };
    const body = JSON.stringify({ description: "changed" });
    const changed = await fetch(`${models}/${id}`, { method: "PATCH", headers, body });
    assert.equal(changed.status, 200);
    assert.equal(changed.headers.get("access-control-allow-origin"), ORIGIN);
  });

  it("may ask what uploads can do, and read where they are and how far", async () => {
    const { status, headers } = await fetch(`${server.url}/api/v1/uploads`, {
      method: "OPTIONS",
      headers: { origin: ORIGIN },
    });
    assert.equal(status, 204);
    assert.equal(headers.get("tus-version"), "1.0.0");
    const exposed = headers.get("access-control-expose-headers")?.split(", ") ?? [];
    const read = ["Location", "Upload-Offset", "Upload-Length", "Upload-Expires", "Tus-Resumable", "Tus-Extension"];
    assert.deepEqual(
      read.filter((name) => !exposed.includes(name)),
      [],
    );
  });

  it("may send and read what transfers of bytes need", async () => {
    const preflight = await fetch(`${server.url}/api/v1/uploads/1`, {
      method: "OPTIONS",
      headers: {
        origin: ORIGIN,
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,content-type,range,if-range,tus-resumable,upload-offset",
      },
    });
    const allowed = preflight.headers.get("access-control-allow-headers") ?? "";
    assert.match(allowed, /authorization.*range.*if-range.*tus-resumable.*upload-offset/);
    assert.equal(preflight.headers.get("access-control-max-age"), "7200");
    const { headers } = await fetch(`${server.url}/api/v1/models`, { headers: { origin: ORIGIN } });
    const exposed = headers.get("access-control-expose-headers")?.split(", ") ?? [];
    for (const name of ["Repr-Digest", "ETag", "Retry-After"]) assert.ok(exposed.includes(name), name);
  });

  it("may not where it does not", async () => {
    const { headers } = await ask("https://evil.example.com", "PATCH");
    assert.equal(headers.get("access-control-allow-origin"), null);
  });
});
