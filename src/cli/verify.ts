import { countReferencedBlobs, type VerificationFinding, verifyBlobs } from "../core/ops/verification.ts";
import { ConfigError } from "../server/config/settings.ts";
import { openRegistryBeside, type Registry } from "../server/registry.ts";
import { explainStart } from "./explain.ts";
import { LOCATION_FLAGS, parseFlags, readLocation } from "./flags.ts";
import { VerificationProgress } from "./verification-progress.ts";

/** Something is wrong with the store. */
const FAULTY = 1;

const NOT_VERIFIED = 2;

/** Several at a time keep a disk or a network busy. */
const DEFAULT_PARALLEL = "4";
const MOST_PARALLEL = 64;

const FLAGS = {
  ...LOCATION_FLAGS,
  parallel: { type: "string", default: DEFAULT_PARALLEL },
  json: { type: "boolean", default: false },
} as const;

/** `modelregistry verify`: reads every stored file and says what is wrong. Returns the exit status. */
export async function verify(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    const explanation = explainStart(error);
    if (explanation === undefined) throw error;
    console.error(`modelregistry: ${explanation}`);
    return NOT_VERIFIED;
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const flags = parseFlags(argv, FLAGS);
  const parallel = parseParallel(flags.parallel);
  const { dataDirectory, blobs } = readLocation(flags);
  const registry = await openRegistryBeside(dataDirectory, blobs);
  try {
    return await verifyRegistry(registry, parallel, flags.json);
  } finally {
    await registry.close();
  }
}

async function verifyRegistry({ context }: Registry, parallel: number, json: boolean): Promise<number> {
  const progress = new VerificationProgress(process.stderr, await countReferencedBlobs(context));
  const findings: VerificationFinding[] = [];
  await verifyBlobs(context, {
    parallel,
    onVerified: (bytes) => progress.add(bytes),
    onFinding(finding) {
      findings.push(finding);
      progress.clear();
      if (!json) console.log(describe(finding));
    },
  });
  progress.clear();
  const { files, bytes } = progress;
  console.log(json ? JSON.stringify({ files, bytes, findings }, null, 2) : summarise(progress, findings));
  return findings.length === 0 ? 0 : FAULTY;
}

function describe(finding: VerificationFinding): string {
  const kind = finding.kind.padEnd(9);
  switch (finding.kind) {
    case "stray":
      return `${kind}${finding.name}`;
    case "orphaned":
      return `${kind}${finding.digest}`;
    default:
      return [`${kind}${finding.digest}`, ...finding.paths.map((path) => `         ${path}`)].join("\n");
  }
}

const ADVICE: Readonly<Record<VerificationFinding["kind"], string>> = {
  damaged: "not the bytes that were stored: never given out; storing the same file again mends it",
  missing: "no bytes: storing the same file again mends it",
  orphaned: "nothing leads to it: the server removes it at its next start",
  stray: "no part of the store: look at it, and remove it by hand",
};

function summarise(progress: VerificationProgress, findings: readonly VerificationFinding[]): string {
  const lines = [`${progress.describe()}: ${findings.length === 0 ? "all whole" : `${findings.length} findings`}`];
  for (const [kind, those] of Map.groupBy(findings, (finding) => finding.kind)) {
    lines.push(`  ${those.length} ${kind} (${ADVICE[kind]})`);
  }
  return lines.join("\n");
}

function parseParallel(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_PARALLEL) return number;
  throw new ConfigError(`--parallel is ${JSON.stringify(text)}; give a number from 1 to ${MOST_PARALLEL}`);
}
