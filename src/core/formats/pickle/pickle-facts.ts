import type { FileFacts } from "../facts.ts";
import { ByteCursor } from "../io/byte-cursor.ts";
import { problemFact } from "../io/problems.ts";
import type { MeteredFile } from "../io/random-access.ts";
import { PickleFindings } from "./findings.ts";
import { walkPickle } from "./walk.ts";

/** Pickles one after the other in one file. */
const MOST_PICKLES = 16;

/** A number, the version, the system, the model, the keys of its storages; then the bytes of these. */
const PICKLES_OF_OLD_PYTORCH = 5;

const PROTO = 0x80;

/** The pickle of the number that begins a file of PyTorch before 1.6. */
const OLD_PYTORCH = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** The facts of a file that may be a pickle, or several in a row. */
export interface PickleReport {
  facts: FileFacts;
  /** Whether at least one pickle was read to its end. */
  ended: boolean;
  /** Bytes behind the last pickle. */
  trailingBytes: number;
}

export async function readPickles(file: MeteredFile): Promise<PickleReport> {
  const findings = new PickleFindings();
  const cursor = new ByteCursor(file);
  const oldPytorch = await isOldPytorch(file);
  const problem = await walkAll(cursor, findings, oldPytorch ? PICKLES_OF_OLD_PYTORCH : MOST_PICKLES);
  const trailingBytes = problem === undefined ? cursor.remaining : 0;
  const facts: FileFacts = {
    format: oldPytorch ? "pytorch" : nameOf(findings),
    scan: problem === undefined ? "complete" : "partial",
    protocol: findings.protocol,
    imports: findings.imports,
    unresolved_imports: findings.unresolvedImports,
    calls: findings.calls,
    ...(findings.persistentIds > 0 && { persistent_ids: findings.persistentIds }),
    ...(findings.pickles > 1 && { pickles: findings.pickles }),
    ...(findings.arrays > 0 && { arrays: findings.arrays }),
    ...(trailingBytes > 0 && { trailing_bytes: trailingBytes }),
    ...problem,
  };
  return { facts, ended: findings.pickles > 0, trailingBytes };
}

/** Returns what stopped it, if anything. */
async function walkAll(cursor: ByteCursor, findings: PickleFindings, most: number) {
  try {
    do {
      await walkPickle(cursor, findings);
      findings.pickles++;
    } while (findings.pickles < most && (await pickleFollows(cursor)));
    return undefined;
  } catch (error) {
    return problemFact(error);
  }
}

async function pickleFollows(cursor: ByteCursor): Promise<boolean> {
  if ((await cursor.prefetch(2)) < 2) return false;
  const [first, protocol = 0xff] = cursor.peek(2);
  return first === PROTO && protocol <= 5;
}

async function isOldPytorch(file: MeteredFile): Promise<boolean> {
  const head = await file.head(OLD_PYTORCH.length);
  return OLD_PYTORCH.every((byte, index) => head[index] === byte);
}

function nameOf(findings: PickleFindings): string {
  return findings.arrays > 0 ? "joblib" : "pickle";
}
