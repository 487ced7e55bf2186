import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Filter } from "../../core/filter/filter.ts";
import type { Property } from "../../core/model/properties.ts";
import type { NewRecord, RecordKind } from "../../core/model/records.ts";
import type { MetadataStore, Writer } from "../../core/ports/metadata-store.ts";
import type { RecordQuery } from "../../core/ports/records.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import { and, ascending, attribute, is, isIn, isMissing, isNotIn, isPresent, not, or, property } from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import {
  optional,
  randomFields,
  randomText,
  randomTime,
  type TestRecord,
  valuesOfRecord,
  vocabularyWith,
} from "./random-records.ts";

/** One kind of records with what is special about it. */
interface RecordUnderTest {
  kind: RecordKind;
  parent?: { kind: RecordKind; attribute: string };
  vocabulary: QueryVocabulary;
  /** Beside those that all kinds have. */
  fields: fc.Arbitrary<object>;
}

/** What every store's lists of records must do. `open` gives an empty store. */
export function testSearchRecords(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search records: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    describe("finds", () => {
      before(() => store.transact(insertNamed));
      const find = async (kind: RecordKind, filter: Filter, parentId?: number) => {
        const scope = parentId === undefined ? {} : { parentId };
        const query: RecordQuery = { ...scope, filter, order: [ascending(attribute("name"))], limit: 100 };
        const { items } = await store.read(({ records }) => records.listRecords(kind, query));
        return items.map((record) => record.name).join(" ");
      };

      const cases: [title: string, kind: RecordKind, filter: Filter, expected: string][] = [
        ["ints", "registeredModel", is(property("n", "int"), ">", 9), "ten"],
        ["ints among fractions", "registeredModel", is(property("n", "int"), ">", 9.5), "ten"],
        ["ints and doubles by number", "registeredModel", is(property("n", "int", "double"), "<", 10), "half nine"],
        ["doubles alone", "registeredModel", is(property("n", "double"), "<=", 10), "half"],
        ["doubles by number", "registeredModel", is(property("m", "double"), ">", 9.5), "nine"],
        ["one of some numbers", "registeredModel", isIn(property("n", "int", "double"), 0.5, 9), "half nine"],
        ["none of some numbers", "registeredModel", isNotIn(property("n", "int", "double"), 0.5, 9), "ten"],
        ["strings alone", "registeredModel", is(property("n", "string"), "=", "10"), "text"],
        ["another number", "registeredModel", is(property("n", "int", "double"), "!=", 10), "half nine"],
        ["bools", "registeredModel", is(property("b", "bool"), "=", "true"), "half"],
        ["strings that look like bools", "registeredModel", is(property("b", "string"), "=", "true"), "nine"],
        ["any type", "registeredModel", isPresent(property("n")), "half nine ten text"],
        ["a missing type", "registeredModel", isMissing(property("n", "int")), "half text"],
        ["a missing property", "registeredModel", isMissing(property("b")), "ten text"],
        ["structs as present", "registeredModel", isPresent(property("s", "struct")), "ten"],
        ["a property that none has", "registeredModel", not(is(property("x", "int"), "=", 1)), "half nine ten text"],
        ["one text of a list", "registeredModel", is(attribute("tasks"), "=", "b"), "nine ten"],
        ["another text of a list", "registeredModel", is(attribute("tasks"), "!=", "b"), "nine"],
        ["no text of a list", "registeredModel", not(is(attribute("tasks"), "=", "b")), "half text"],
        ["lists that are not there", "registeredModel", isMissing(attribute("tasks")), "half text"],
        ["patterns in lists", "registeredModel", is(attribute("language"), "like", "e%"), "text"],
        [
          "two texts of a list",
          "registeredModel",
          and(is(attribute("tasks"), "=", "a"), is(attribute("tasks"), "=", "b")),
          "nine",
        ],
        ["external ids", "registeredModel", is(attribute("externalId"), "=", "x"), "text"],
        ["the empty external id", "registeredModel", is(attribute("externalId"), "=", ""), "ten"],
        ["aliases", "registeredModel", isPresent(attribute("alias.best")), "nine"],
        ["the version of an alias", "registeredModel", is(attribute("alias.best"), "=", "1"), "nine"],
        ["another version of an alias", "registeredModel", is(attribute("alias.best"), "like", "2%"), ""],
        ["descriptions of experiments", "experiment", is(attribute("description"), "=", "d"), "first"],
        ["experiments without description", "experiment", isMissing(attribute("description")), "second"],
        ["no note as a property", "experiment", isPresent(property("mlflow.note.content")), ""],
        ["descriptions of runs", "run", is(attribute("description"), "ilike", "D%"), "trial"],
        ["typed properties of runs", "run", is(property("depth", "int"), "=", 3), "trial"],
        ["no property that no run has", "run", isPresent(property("never heard")), ""],
      ];
      for (const [title, kind, filter, expected] of cases) {
        it(title, async () => assert.equal(await find(kind, filter), expected));
      }

      it("properties of the runs of one experiment", async () => {
        const isDeep = and(isPresent(property("depth")), is(property("depth", "int"), "=", 3));
        assert.equal(await find("run", isDeep, 1), "trial");
        assert.equal(await find("run", isDeep, 2), "");
      });

      it("patterns that escape", async () => {
        const escaped = (pattern: string): Filter => ({
          kind: "comparison",
          field: property("p", "string"),
          operator: "like",
          value: pattern,
          escapes: true,
        });
        assert.equal(await find("registeredModel", is(property("p", "string"), "like", "a_b%")), "nine ten");
        assert.equal(await find("registeredModel", escaped("a\\_b%")), "ten");
        assert.equal(await find("registeredModel", escaped("a\\_b\\%")), "ten");
        assert.equal(await find("registeredModel", escaped("a\\_b\\\\%")), "");
      });

      it("nothing by fields that records do not have", async () => {
        for (const field of [attribute("nope"), attribute("alias.x"), { kind: "tag", key: "a" } as const]) {
          await assert.rejects(find("experiment", isPresent(field)), { kind: "invalidValue" });
        }
      });

      it("as many conditions as a query may have", async () => {
        const conditions = Array.from({ length: 500 }, (_, index) =>
          is(property(`k${index}`, "int", "double"), "=", 1),
        );
        assert.equal(await find("run", or(...conditions, is(property("depth", "int"), ">=", 3))), "trial");
        assert.equal(await find("run", and(...conditions)), "");
      });
    });

    for (const tested of KINDS) {
      it(`answers random questions about each ${tested.kind} like the plainest evaluation`, async () => {
        const other = await open();
        try {
          await compareWithReference(other, tested, await other.transact((writer) => insertRandom(writer, tested)));
        } finally {
          await other.close();
        }
      });
    }
  });
}

function compareWithReference(
  store: MetadataStore,
  { kind, parent, vocabulary }: RecordUnderTest,
  stored: readonly TestRecord[],
): Promise<void> {
  const parentOf = (record: TestRecord) => (parent === undefined ? undefined : record[parent.attribute]);
  const parents = parent === undefined ? [] : [1, 2, 3].map((parentId) => ({ parentId }));
  return compareWithReferenceSearch<TestRecord, { parentId?: number }>(
    {
      vocabulary,
      items: stored,
      idOf: ({ id }) => String(id),
      valuesOf: valuesOfRecord,
      scopes: fc.constantFrom({}, ...parents),
      isInScope: (record, { parentId }) => parentId === undefined || parentOf(record) === parentId,
      ties: () => [ascending(attribute("id"))],
      search: async (query, scope) => {
        const { items, next } = await store.read(({ records }) => records.listRecords(kind, { ...query, ...scope }));
        return { items: items.map(({ id }) => String(id)), ...(next && { next }) };
      },
    },
    250,
  );
}

const people = fc.constantFrom("a", "A", "ab");
const states = fc.constantFrom("active", "deleted");

const KINDS: readonly RecordUnderTest[] = [
  {
    kind: "registeredModel",
    vocabulary: vocabularyWith({
      texts: [attribute("state"), attribute("owner"), attribute("language"), attribute("tasks")],
      optional: [attribute("owner"), attribute("tasks")],
    }),
    fields: fc.record({
      state: states,
      owner: optional(people),
      language: fc.array(randomText, { maxLength: 3 }),
      tasks: fc.array(randomText, { maxLength: 3 }),
    }),
  },
  {
    kind: "experiment",
    vocabulary: vocabularyWith({ texts: [attribute("state"), attribute("owner")] }),
    fields: fc.record({ state: states, owner: optional(people), artifactLocation: fc.constant("") }),
  },
  {
    kind: "run",
    parent: { kind: "experiment", attribute: "experimentId" },
    vocabulary: vocabularyWith({
      texts: [attribute("state"), attribute("status"), attribute("owner"), attribute("runId")],
      numbers: [attribute("experimentId"), attribute("startTime"), attribute("endTime")],
      optional: [attribute("endTime"), attribute("owner")],
    }),
    fields: fc.record({
      runId: fc.uuid(),
      artifactUri: fc.constant(""),
      state: states,
      status: fc.constantFrom("RUNNING", "FINISHED"),
      owner: optional(people),
      startTime: randomTime,
      endTime: optional(randomTime),
    }),
  },
  {
    kind: "inferenceService",
    parent: { kind: "servingEnvironment", attribute: "servingEnvironmentId" },
    vocabulary: vocabularyWith({
      texts: [attribute("runtime"), attribute("desiredState")],
      numbers: [attribute("servingEnvironmentId"), attribute("modelId"), attribute("modelVersionId")],
      optional: [attribute("modelVersionId"), attribute("runtime")],
    }),
    fields: fc.record({
      runtime: optional(randomText),
      desiredState: fc.constantFrom("DEPLOYED", "UNDEPLOYED"),
      modelId: randomTime,
      modelVersionId: optional(randomTime),
    }),
  },
];

async function insertRandom({ records }: Writer, { kind, parent, fields }: RecordUnderTest): Promise<TestRecord[]> {
  const random = fc.sample(fc.tuple(randomFields, fields), { numRuns: 60, seed: 1 });
  if (parent) for (const index of [1, 2]) await insert(records, parent.kind, { ...PARENT, name: `parent ${index}` });
  const stored: TestRecord[] = [];
  for (const [index, [common, special]] of random.entries()) {
    const { name, externalId } = common;
    stored.push(
      await insert(records, kind, {
        ...common,
        ...special,
        // Both are unique.
        name: name + index,
        externalId: externalId && externalId + index,
        ...(parent && { [parent.attribute]: (index % 2) + 1 }),
      }),
    );
  }
  return stored;
}

const PARENT = { state: "active", artifactLocation: "", creationTime: 1, lastUpdateTime: 1, properties: [] };

async function insert(
  records: Writer["records"],
  kind: RecordKind,
  record: Omit<TestRecord, "id">,
): Promise<TestRecord> {
  return { ...record, id: await records.insertRecord(kind, record as unknown as NewRecord<RecordKind>) } as TestRecord;
}

async function insertNamed(writer: Writer): Promise<void> {
  const { records, registeredModels } = writer;
  const times = { creationTime: 1, lastUpdateTime: 1, state: "active" as const };
  const model = (name: string, properties: Property[], lists: object = {}) =>
    insert(records, "registeredModel", { ...times, name, properties, ...lists });
  await model("half", [number("n", "double", "0.5"), { key: "b", type: "bool", value: "true" }]);
  const nine = await model(
    "nine",
    [number("n", "int", "9"), number("m", "double", "10.5"), text("b", "true"), text("p", "axb")],
    {
      tasks: ["a", "b"],
    },
  );
  await model("ten", [number("n", "int", "10"), { key: "s", type: "struct", value: '{"n":9}' }, text("p", "a_b%")], {
    tasks: ["b"],
    externalId: "",
  });
  await model("text", [text("n", "10")], { language: ["de", "en"], externalId: "x" });
  await registeredModels.setAlias(nine.id, "best", 1);
  const experiment = { ...times, artifactLocation: "", properties: [] };
  const first = await insert(records, "experiment", { ...experiment, name: "first", description: "d" });
  await insert(records, "experiment", { ...experiment, name: "second" });
  await insert(records, "run", {
    ...times,
    name: "trial",
    runId: "r",
    artifactUri: "",
    status: "RUNNING",
    startTime: 1,
    experimentId: first.id,
    description: "d",
    properties: [number("depth", "int", "3")],
  });
}

function text(key: string, value: string): Property {
  return { key, type: "string", value };
}

function number(key: string, type: "int" | "double", value: string): Property {
  return { key, type, value };
}
