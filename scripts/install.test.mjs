import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { run } from "./lib/processes.mjs";
import { root, tools } from "./lib/project.mjs";

const folder = mkdtempSync(join(tmpdir(), "modelregistry-install-"));
after(() => rmSync(folder, { recursive: true }));

/**
 * A process that installs, which takes a while, by adding a line to `NAME.installed`.
 * @param {string} name
 */
async function installInAnotherProcess(name) {
  const script = `
    import { appendFileSync, existsSync } from "node:fs";
    import { setTimeout as wait } from "node:timers/promises";
    import { ensureInstalled } from ${JSON.stringify(join(root, "scripts/lib/install.mjs"))};
    const [file, ready] = ${JSON.stringify([join(folder, `${name}.installed`), join(folder, `${name}.ready`)])};
    await ensureInstalled({
      isReady: () => existsSync(ready),
      doing: "Installing for a test",
      install: async () => {
        appendFileSync(file, "installed\\n");
        await wait(300);
        appendFileSync(ready, "");
      },
    });`;
  return (await run(process.execPath, ["--input-type=module", "--eval", script])).code;
}

const installations = (/** @type {string} */ name) => readFileSync(join(folder, `${name}.installed`), "utf8");

test("commands that start at once install once", async () => {
  const codes = await Promise.all([1, 2, 3, 4].map(() => installInAnotherProcess("together")));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal(installations("together"), "installed\n");
});

test("a command that was killed in an installation holds nobody up", async () => {
  const { output } = await run(process.execPath, ["--print", "process.pid"]);
  // Another command's lock is not ours to replace.
  writeFileSync(join(tools, "install.lock"), output.trim(), { flag: "wx" });
  const codes = await Promise.all([1, 2, 3, 4].map(() => installInAnotherProcess("after-kill")));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal(installations("after-kill"), "installed\n");
});
