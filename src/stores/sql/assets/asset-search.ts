import type { OrderKey } from "../../../core/filter/filter.ts";
import type { Asset, AssetKind } from "../../../core/model/assets.ts";
import type { Page } from "../../../core/model/values.ts";
import type { AssetParent, AssetQuery } from "../../../core/ports/assets.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { unknownField } from "../search/field-access.ts";
import { compileFilter } from "../search/filters.ts";
import { checkQuerySize } from "../search/limits.ts";
import { ascending, columnTerm, termsOf, withTies } from "../search/orders.ts";
import { allOf, type Predicate } from "../search/predicates.ts";
import { readPage, type Scan, type Source } from "../search/scan.ts";
import { type Sql, sql, words } from "../search/sql.ts";
import { fixedTerm, type Term } from "../search/terms.ts";
import type { SqlSession } from "../session.ts";
import { AssetFields } from "./asset-fields.ts";
import { loadAssets } from "./asset-rows.ts";
import { ASSET_SOURCES, type AssetSource, runAndKey } from "./sources.ts";

/** Attributes that every asset has. */
const ORDERS = ["id", "name", "creationTime", "lastUpdateTime"];

export async function listAssets(session: SqlSession, query: AssetQuery): Promise<Page<Asset>> {
  checkQuerySize(query);
  const { ids, next } = await readPage(session, scansOf(session.dialect, query), query);
  return { items: await loadAssets(session, ids), ...(next && { next }) };
}

/**
 * The numbers of one source are all below those of the next, so in their order one is read behind the other, each along its key. In
 * every other order the sources are merged.
 */
function scansOf(dialect: SqlDialect, query: AssetQuery): Scan[] {
  const { kinds, order } = query;
  const sources = ASSET_SOURCES.filter((source) => !kinds || source.kinds.some((kind) => kinds.includes(kind)));
  const parts = sources.map((source) => partOf(dialect, source, query));
  if (isOrderOfNumbers(order)) return order[0]?.descending ? parts.reverse() : parts;
  const [first, ...merged] = parts;
  return first === undefined ? [] : [{ ...first, merged }];
}

function isOrderOfNumbers([first]: readonly OrderKey[]): boolean {
  return first === undefined || (first.field.kind === "attribute" && first.field.name === "id");
}

function partOf(dialect: SqlDialect, source: AssetSource, { filter, order, kinds, parent }: AssetQuery): Source {
  const fields = new AssetFields(dialect, source);
  const walksTime = source.name === "assigned" && parent === undefined && isOrderOfTime(order);
  return {
    from: words(source.from),
    where: allOf([
      source.name !== "assigned" || walksTime || kinds === undefined || isOfKinds(dialect, kinds),
      parent === undefined || belongsTo(source, parent),
      filter === undefined || compileFilter(fields, filter),
    ]),
    id: source.columns.id?.name ?? "",
    terms: termsOfOrder(fields, source, order),
    // The indexes of the times begin with the kind.
    ...(walksTime && { eachOf: { column: "a.kind", values: kinds ?? source.kinds } }),
  };
}

function isOrderOfTime([first]: readonly OrderKey[]): boolean {
  return first?.field.kind === "attribute" && ["creationTime", "lastUpdateTime"].includes(first.field.name);
}

function termsOfOrder(fields: AssetFields, source: AssetSource, order: readonly OrderKey[]): Term[] {
  const unknown = order.find(({ field }) => field.kind !== "attribute" || !ORDERS.includes(field.name));
  if (unknown) throw unknownField("name" in unknown.field ? unknown.field.name : unknown.field.kind);
  if (!isOrderOfNumbers(order)) return termsOf(fields, withTies(order, [ascending("id")]));
  const descending = order[0]?.descending === true;
  return [fixedTerm(ASSET_SOURCES.indexOf(source)), ...source.identity.map((column) => columnTerm(column, descending))];
}

function isOfKinds({ inList, listParameter }: SqlDialect, kinds: readonly AssetKind[]): Predicate {
  if (kinds.length === 1) return sql`a.kind = ${kinds[0] ?? ""}`;
  return { text: inList("a.kind", "text"), parameters: [listParameter(kinds)] };
}

/** Whether an asset was made for the parent, or attached to it later. */
function belongsTo(source: AssetSource, parent: AssetParent): Predicate {
  const [column, id] = "versionId" in parent ? ["version", parent.versionId] : ["run", parent.runId];
  const [from, to] = numbersOf(source);
  const linked = (columns: string): Sql =>
    sql`SELECT ${words(columns)} FROM asset_links x WHERE ${words(`x.${column}`)} = ${id}
      AND x.asset >= ${from} AND x.asset < ${to}`;
  if (source.name === "assigned") {
    return sql`a.id IN (SELECT id FROM assets WHERE ${words(column)} = ${id} UNION ALL ${linked("x.asset")})`;
  }
  const [run, key] = runAndKey("x.asset", source.name);
  const isAttached = sql`(m.run, m.key) IN (${linked(`${run}, ${key}`)})`;
  if (column === "version") return isAttached;
  // The runs on their own are what the tables' keys can be entered by.
  return sql`m.run IN (SELECT id FROM runs WHERE id = ${id} UNION ALL ${linked(run)}) AND (m.run = ${id} OR ${isAttached})`;
}

function numbersOf(source: AssetSource): [from: number, to: number] {
  const next = ASSET_SOURCES[ASSET_SOURCES.indexOf(source) + 1];
  return [source.firstNumber, next?.firstNumber ?? Number.MAX_SAFE_INTEGER];
}
