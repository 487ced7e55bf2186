import type { RegistryEvent, StoredEvent } from "../../core/events.ts";
import type { EventReader, EventWriter } from "../../core/ports/metadata-store.ts";
import type { BulkInsert } from "./connection.ts";
import type { EventRow } from "./schema.ts";
import type { SqlSession } from "./session.ts";

const EVENTS: BulkInsert = {
  table: "events",
  columns: { time: "integer", kind: "text", body: "text" },
  onConflict: "DO NOTHING",
};

export class SqlEventReader implements EventReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getEvents(after: number, limit: number): Promise<StoredEvent[]> {
    const rows = await this.session.all<EventRow & { id: number }>(
      "SELECT id, time, kind, body FROM events WHERE id > ? ORDER BY id LIMIT ?",
      [after, limit],
    );
    return rows.map(({ id, time, body }) => ({ id, time, event: JSON.parse(body) as RegistryEvent }));
  }

  async getEventRange(): Promise<{ oldest: number; newest: number } | undefined> {
    // Two subqueries: SQLite answers each from one end of the index, but both in one SELECT by reading all of it.
    const [range] = await this.session.all<{ oldest: number | null; newest: number | null }>(
      "SELECT (SELECT min(id) FROM events) AS oldest, (SELECT max(id) FROM events) AS newest",
    );
    if (range === undefined || range.oldest === null || range.newest === null) return undefined;
    return { oldest: range.oldest, newest: range.newest };
  }
}

export class SqlEventWriter extends SqlEventReader implements EventWriter {
  async appendEvent(event: RegistryEvent, time: number): Promise<void> {
    await this.session.run("INSERT INTO events (time, kind, body) VALUES (?, ?, ?)", [
      time,
      event.kind,
      JSON.stringify(event),
    ]);
  }

  async appendEvents(events: readonly RegistryEvent[], time: number): Promise<void> {
    await this.session.insertAll(
      EVENTS,
      events.map((event) => [time, event.kind, JSON.stringify(event)]),
    );
  }

  async deleteEvents(upTo: number): Promise<void> {
    await this.session.run("DELETE FROM events WHERE id <= ?", [upTo]);
  }
}
