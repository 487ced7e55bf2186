import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RegistryEvent } from "../../core/events.ts";
import { pruneEvents } from "../../core/ops/events.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

const deleted = (runId: number): RegistryEvent => ({ kind: "run.deleted", runId: String(runId) });

/** What every outbox must do. `open` gives an empty store. */
export function testEvents(name: string, open: () => Promise<MetadataStore>): void {
  describe(`events: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    const append = (event: RegistryEvent) => store.transact(({ events }) => events.appendEvent(event, 7));
    const runIds = async (first = 0) => {
      const stored = await store.read(({ events }) => events.getEvents(first, 10_000));
      return stored.map(({ event }) => (event.kind === "run.deleted" ? event.runId : event.kind));
    };

    it("has no range while it is empty", async () => {
      assert.equal(await store.read(({ events }) => events.getEventRange()), undefined);
    });

    it("keeps events in the order of their commits, and none of a transaction that failed", async () => {
      await append(deleted(1));
      await assert.rejects(
        store.transact(async ({ events }) => {
          await events.appendEvent(deleted(2), 7);
          throw new Error("refused");
        }),
        /refused/,
      );
      await store.transact(({ events }) => events.appendEvents([deleted(3), deleted(4)], 8));
      assert.deepEqual(await runIds(), ["1", "3", "4"]);
      const [first] = await store.read(({ events }) => events.getEvents(0, 1));
      assert.deepEqual(first?.event, deleted(1));
      assert.equal(first?.time, 7);
      assert.deepEqual(await runIds(first?.id), ["3", "4"]);
    });

    it("is pruned to its newest events, in batches", async () => {
      await store.transact(({ events }) =>
        events.appendEvents(
          Array.from({ length: 4500 }, (_, index) => deleted(100 + index)),
          9,
        ),
      );
      const context = { store, clock: Date, blobs: undefined as never, artifactRoot: "" };
      await pruneEvents(context, 3);
      assert.deepEqual(await runIds(), ["4597", "4598", "4599"]);
      assert.equal(await pruneEvents(context, 3), 0);
    });
  });
}
