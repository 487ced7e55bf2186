import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ensureChromium } from "../../scripts/lib/chromium.mjs";
import { type RunningServer, startServer } from "../server/compose.ts";
import { readConfig } from "../server/config/config.ts";
import { type CuttingProxy, startCuttingProxy } from "./testkit/cutting-proxy.ts";
import { type PageServer, startPageServer } from "./testkit/page-server.ts";

const chromium = await ensureChromium();
const skip = chromium === undefined && "needs Chromium: install it, or run as root where apt-get can";

describe("the client in a page of another origin", { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), "modelregistry-browser-"));
  let page: PageServer;
  let server: RunningServer;
  let proxy: CuttingProxy;
  let browser: ChildProcess;
  before(async () => {
    page = await startPageServer();
    const flags = ["--port", "0", "--data", join(directory, "data"), "--allowed-origins", page.origin];
    server = await startServer(readConfig([...flags, "--log-level", "silent"], {}));
    proxy = await startCuttingProxy(server.url);
  });
  after(async () => {
    await stop(browser);
    await proxy.close();
    await server.close();
    await page.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("uploads with a cut in between, lists, downloads, verifies, and reads typed errors", async () => {
    proxy.cutAfter("up", 9_000_000);
    const url = `${page.origin}/?registry=${encodeURIComponent(proxy.url)}`;
    browser = open(url);
    const ended = once(browser, "exit").then(() => assert.fail("The browser ended before the page said anything."));
    const { failure, seen } = await Promise.race([page.report, ended]);
    assert.equal(failure, undefined);
    assert.equal(proxy.cuts, 1);
    assert.deepEqual(seen, {
      origin: page.origin,
      hasNode: false,
      uploaded: [true, 20_000_000, "safetensors", 1, [4_000_000, 8_000_000, 12_000_000, 16_000_000, 20_000_000]],
      listed: ["from-a-page 1"],
      download: ["from-a-page.safetensors", 20_000_000, true],
      downloaded: true,
      part: true,
      streamed: true,
      small: "small",
      missing: [true, "NotFoundError", true],
      taken: ["AlreadyExistsError", "version"],
      alias: 1,
      aborted: "enough",
      deleted: "NotFoundError",
    });
  });

  function open(url: string): ChildProcess {
    const flags = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
    // Chromium refuses to run as root with its sandbox; the page is our own.
    if (process.getuid?.() === 0) flags.push("--no-sandbox");
    const profile = `--user-data-dir=${join(directory, "profile")}`;
    return spawn(chromium ?? "", [...flags, profile, url], { stdio: "ignore", detached: true });
  }
});

/** With all the processes that it has started. */
async function stop(browser: ChildProcess | undefined): Promise<void> {
  if (browser?.pid === undefined || browser.exitCode !== null) return;
  const ended = once(browser, "exit");
  process.kill(-browser.pid, "SIGKILL");
  await ended;
}
