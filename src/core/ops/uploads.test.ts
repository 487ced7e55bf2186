import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { LocalBlobStore } from "../../stores/blobs/local.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import { CoreError, isCoreError } from "../errors.ts";
import type { UploadId } from "../model/uploads.ts";
import type { ByteSource } from "../ports/blob-store.ts";
import { removeAbandonedUploads } from "./abandoned-uploads.ts";
import type { OperationContext } from "./context.ts";
import { deleteUpload, discardUploadBytes, forgetUploads, stageUploads } from "./finished-uploads.ts";
import {
  appendToUpload,
  type ContentCheck,
  concatenateUploads,
  createUpload,
  getUpload,
  MOST_UPLOADS,
  UPLOAD_LIFETIME_MS,
} from "./uploads.ts";

const notAborted = { aborted: false };

describe("uploads", () => {
  const directory = mkdtempSync(join(tmpdir(), "uploads-"));
  const clock = { time: 1_000_000, now: () => clock.time };
  let context: OperationContext;
  before(async () => {
    context = {
      store: await SqliteMetadataStore.open(join(directory, "registry.db")),
      blobs: await LocalBlobStore.open(join(directory, "blobs")),
      clock,
      artifactRoot: "mlflow-artifacts:",
    };
  });
  after(async () => {
    await context.store.close();
    rmSync(directory, { recursive: true });
  });

  const create = async (length?: number, partial = false) =>
    (await createUpload(context, { metadata: "", partial, ...(length !== undefined && { length }) })).id;
  const append = async (id: UploadId, offset: number, source: string | ByteSource, more: object = {}) => {
    const pieces = typeof source === "string" ? [Buffer.from(source)] : source;
    return (await appendToUpload(context, id, { offset, source: pieces, ...more })).offset;
  };
  const whole = async (text: string, partial = false) => {
    const id = await create(text.length, partial);
    await append(id, 0, text);
    return id;
  };
  const offset = async (id: UploadId) => (await getUpload(context, id)).offset;
  const read = async (...ids: UploadId[]) => {
    const staged = await stageUploads(context, ids);
    const pieces: Buffer[] = [];
    for await (const piece of await staged.open()) pieces.push(Buffer.from(piece));
    await staged.discard();
    return Buffer.concat(pieces).toString();
  };
  const idsWithBytes = async () => (await Array.fromAsync(context.blobs.partialUploads.ids())).toSorted();

  describe("take bytes", () => {
    it("in several requests, each where the one before ended", async () => {
      const id = await create(10);
      assert.equal(await append(id, 0, "01234"), 5);
      await assert.rejects(append(id, 4, "4"), isWrongState);
      await assert.rejects(append(id, 6, "6"), isWrongState);
      assert.equal(await append(id, 5, "56789"), 10);
      assert.equal(await read(id), "0123456789");
    });

    it("and keep those that came before the connection was cut", async () => {
      const id = await create(10);
      await assert.rejects(append(id, 0, cutAfter("0123")), /cut/);
      assert.equal(await offset(id), 4);
      assert.equal(await append(id, 4, "456789"), 10);
      assert.equal(await read(id), "0123456789");
    });

    it("of a length that is said later, once", async () => {
      const id = await create();
      assert.equal(await append(id, 0, "0123"), 4);
      await assert.rejects(stageUploads(context, [id]), isWrongState);
      await assert.rejects(append(id, 4, "", { length: 3 }), isInvalid);
      assert.equal(await append(id, 4, "", { length: 6 }), 4);
      await assert.rejects(append(id, 4, "", { length: 7 }), isInvalid);
      assert.equal(await append(id, 4, "45", { length: 6 }), 6);
      assert.equal(await read(id), "012345");
    });

    it("and nothing of a request that brings too many", async () => {
      const id = await create(6);
      await append(id, 0, "012");
      await assert.rejects(append(id, 3, "3456"), (error) => isCoreError(error, "tooLarge"));
      assert.equal(await offset(id), 3);
      await append(id, 3, "abc");
      assert.equal(await read(id), "012abc");
    });

    it("and none for an upload that is not there", async () => {
      await assert.rejects(append("missing", 0, "x"), isNotFound);
      await assert.rejects(getUpload(context, "missing"), isNotFound);
      await assert.rejects(stageUploads(context, ["missing"]), isNotFound);
      await assert.rejects(deleteUpload(context, "missing"), isNotFound);
    });

    it("until there are too many uploads", async () => {
      await context.store.transact(async ({ uploads }) => {
        const common = { metadata: "", parts: [], creationTime: 0, expirationTime: 0 };
        for (let index = 0; index < MOST_UPLOADS; index++)
          await uploads.insertUpload({ id: `full ${index}`, ...common });
      });
      await assert.rejects(create(1), (error) => isCoreError(error, "unavailable"));
      await removeAbandonedUploads(context, notAborted);
      await create(1);
    });
  });

  describe("with a check", () => {
    it("keep what is as promised", async () => {
      const id = await create(6);
      await append(id, 0, "012", { check: promising("012") });
      await append(id, 3, "345", { check: promising("345") });
      assert.equal(await read(id), "012345");
    });

    it("drop all of a request that is not", async () => {
      const id = await create(6);
      await append(id, 0, "012");
      await assert.rejects(append(id, 3, "34x", { check: promising("345") }), isDigestMismatch);
      assert.equal(await offset(id), 3);
      await assert.rejects(stageUploads(context, [id]), isWrongState);
      await append(id, 3, "345");
      assert.equal(await read(id), "012345");
    });

    it("drop all of a request that was cut", async () => {
      const id = await create(6);
      await assert.rejects(append(id, 0, cutAfter("012"), { check: promising("012345") }), /cut/);
      assert.equal(await offset(id), 0);
    });

    it("don't count what a process left behind that died before it could look", async () => {
      const id = await create(6);
      await context.store.transact(({ uploads }) => uploads.updateUploads([id], { unverifiedFrom: 2 }));
      await context.blobs.partialUploads.append(id, 0, [Buffer.from("01xx")]);
      assert.equal(await offset(id), 2);
      await append(id, 2, "2345");
      assert.equal(await read(id), "012345");
    });
  });

  describe("of several requests at a time", () => {
    it("let the last one take over, and keep what came before", async () => {
      const id = await create(6);
      const silent = hangingAfter("012");
      const first = append(id, 0, silent.source);
      first.catch(() => undefined);
      await silent.hanging;
      assert.equal(await offset(id), 3);
      await assert.rejects(first, isWrongState);
      await append(id, 3, "345");
      assert.equal(await read(id), "012345");
    });

    it("never mix their bytes", async () => {
      for (let round = 0; round < 10; round++) {
        const id = await create(6);
        const refused = await refusals(["a", "b", "c", "d"].map((letter) => append(id, 0, threePiecesOf(letter))));
        assert.ok(refused.every(isWrongState));
        const arrived = await offset(id);
        await append(id, arrived, "x".repeat(6 - arrived));
        assert.match(await read(id), /^(a*|b*|c*|d*)x*$/);
      }
    });

    it("end with the upload", async () => {
      const id = await create(6);
      const silent = hangingAfter("012");
      const writing = append(id, 0, silent.source);
      writing.catch(() => undefined);
      await silent.hanging;
      await assert.rejects(stageUploads(context, [id]), isWrongState);
      await deleteUpload(context, id);
      await assert.rejects(writing, isWrongState);
      assert.equal((await idsWithBytes()).includes(id), false);
    });
  });

  describe("in parts", () => {
    it("become one file, in the order of the client", async () => {
      const [one, two] = [await whole("one ", true), await whole("two", true)];
      const final = await concatenateUploads(context, { metadata: "", parts: [two, one, two] });
      assert.deepEqual([final.length, final.offset, await offset(final.id)], [10, 10, 10]);
      assert.equal(await read(final.id), "twoone two");
      await assert.rejects(append(final.id, 10, "x"), (error) => isCoreError(error, "unsupported"));
    });

    it("have to be there, partial and complete", async () => {
      const concatenate = (...parts: UploadId[]) => concatenateUploads(context, { metadata: "", parts });
      await assert.rejects(concatenate(), isInvalid);
      await assert.rejects(concatenate("missing"), isNotFound);
      await assert.rejects(concatenate(await whole("not partial")), isWrongState);
      await assert.rejects(concatenate(await create(1, true)), isWrongState);
    });

    it("go with the whole, and the whole goes with a part", async () => {
      const parts = [await whole("one", true), await whole("two", true)];
      const final = await concatenateUploads(context, { metadata: "", parts });
      const again = await concatenateUploads(context, { metadata: "", parts });
      await deleteUpload(context, final.id);
      for (const id of [...parts, final.id, again.id]) await assert.rejects(getUpload(context, id), isNotFound);
      const part = await whole("part", true);
      const other = await concatenateUploads(context, { metadata: "", parts: [part] });
      await deleteUpload(context, part);
      await assert.rejects(getUpload(context, other.id), isNotFound);
    });
  });

  it("are forgotten once, in the transaction of whoever uses them", async () => {
    const part = await whole("part", true);
    const final = await concatenateUploads(context, { metadata: "", parts: [part] });
    const ids = [await whole("whole"), final.id];
    const forget = () => context.store.transact((writer) => forgetUploads(writer, ids));
    await assert.rejects(
      context.store.transact(async (writer) => {
        await forgetUploads(writer, ids);
        throw new CoreError("alreadyExists", { entity: "model version", name: "1" });
      }),
    );
    assert.equal(await read(...ids), "wholepart");
    await discardUploadBytes(context, await forget());
    await assert.rejects(forget(), isNotFound);
    assert.deepEqual(
      (await idsWithBytes()).filter((id) => [...ids, part].includes(id)),
      [],
    );
  });

  describe("that are abandoned", () => {
    it("go when their time is over, which every byte prolongs", async () => {
      const [idle, active] = [await create(6), await create(6)];
      const part = await whole("part", true);
      clock.time += UPLOAD_LIFETIME_MS - 1;
      await append(active, 0, "012");
      const final = await concatenateUploads(context, { metadata: "", parts: [part] });
      clock.time += 2;
      await removeAbandonedUploads(context, notAborted);
      await assert.rejects(getUpload(context, idle), isNotFound);
      assert.equal(await offset(active), 3);
      assert.equal(await read(final.id), "part");
      clock.time += UPLOAD_LIFETIME_MS + 1;
      await removeAbandonedUploads(context, notAborted);
      assert.deepEqual(await idsWithBytes(), []);
      assert.equal(await context.store.read(({ uploads }) => uploads.countUploads()), 0);
    });

    it("live on while bytes come", async () => {
      const id = await create(6);
      const slow = hangingAfter("012");
      const writing = append(id, 0, slow.source);
      writing.catch(() => undefined);
      await slow.hanging;
      clock.time += UPLOAD_LIFETIME_MS + 1;
      await removeAbandonedUploads(context, notAborted);
      assert.equal(await offset(id), 3);
      await assert.rejects(writing, isWrongState);
    });

    it("leave no bytes without a record", async () => {
      const known = await whole("known");
      const unknown = crypto.randomUUID();
      await context.blobs.partialUploads.append(unknown, 0, [Buffer.from("unknown")]);
      await removeAbandonedUploads(context, { aborted: true });
      assert.equal((await idsWithBytes()).includes(unknown), true);
      await removeAbandonedUploads(context, notAborted);
      assert.equal((await idsWithBytes()).includes(unknown), false);
      assert.equal(await read(known), "known");
    });
  });
});

async function* cutAfter(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
  throw new Error("The connection was cut");
}

/** A client that says nothing more after its first bytes. `hanging`: they have been taken. */
function hangingAfter(text: string): { source: AsyncIterable<Uint8Array>; hanging: Promise<void> } {
  const { promise: hanging, resolve } = Promise.withResolvers<void>();
  async function* pieces() {
    yield Buffer.from(text);
    resolve();
    await new Promise<never>(() => undefined);
  }
  return { source: pieces(), hanging };
}

function promising(text: string): ContentCheck {
  const hash = createHash("sha256");
  return {
    update: (piece) => hash.update(piece),
    verify() {
      const actual = hash.digest("hex");
      const expected = createHash("sha256").update(text).digest("hex");
      if (actual !== expected) throw new CoreError("digestMismatch", { expected, actual });
    },
  };
}

function threePiecesOf(letter: string): Uint8Array[] {
  return Array.from({ length: 3 }, () => Buffer.from(letter.repeat(2)));
}

async function refusals(requests: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(requests);
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
}

const isWrongState = (error: unknown) => isCoreError(error, "wrongState");
const isNotFound = (error: unknown) => isCoreError(error, "notFound");
const isInvalid = (error: unknown) => isCoreError(error, "invalidValue");
const isDigestMismatch = (error: unknown) => isCoreError(error, "digestMismatch");
