import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { diskUsage } from "./disk-usage.ts";

/** Bytes of an npm project's production dependencies, freshly installed elsewhere; Node itself is not counted. */
export async function productionSize(project: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-install-"));
  try {
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(project, file), join(folder, file));
    const options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    await promisify(execFile)("npm", ["install", ...options], { cwd: folder, timeout: 300_000 });
    const modules = join(folder, "node_modules");
    for (const name of readdirSync(modules)) {
      if (name === "node" || name.startsWith("node-bin-")) rmSync(join(modules, name), { recursive: true });
    }
    return await diskUsage(modules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
