import { ByteCursor } from "./io/byte-cursor.ts";
import { MessageReader } from "./protobuf.ts";
import type { Format } from "./source.ts";

/** `Model` of Core ML: its first field is the version of the specification. There is no signature. */
export const coreml: Format = {
  name: "coreml",
  recognises: ({ name, head }) => name.endsWith(".mlmodel") && head[0] === 0x08,
  async read({ file }, facts) {
    const model = new MessageReader(new ByteCursor(file), file.size);
    for await (const field of model.fields()) {
      if (field.number === 1 && !field.hasBytes) facts.specification_version = field.value;
      if (field.number >= 2) return;
    }
  },
};

/** `SavedModel` of TensorFlow: a version, then graphs, each of which begins with what made it. */
export const savedModel: Format = {
  name: "tensorflow-saved-model",
  recognises: ({ name, head }) => name === "saved_model.pb" && head[0] === 0x08,
  async read({ file }, facts) {
    const model = new MessageReader(new ByteCursor(file), file.size);
    let graphs = 0;
    const tags = new Set<string>();
    for await (const field of model.fields()) {
      if (field.number !== 2 || !field.hasBytes) continue;
      graphs++;
      const version = await readMetaGraph(model.message(field), tags);
      if (version !== undefined) facts.tensorflow_version = version;
    }
    facts.graphs = graphs;
    facts.tags = [...tags];
  },
};

/** A graph has one or two, such as `serve`. */
const MOST_TAGS = 64;

/** Its first field is a `MetaInfoDef`, of which 4 are tags and 5 is TensorFlow's version. */
async function readMetaGraph(graph: MessageReader, tags: Set<string>): Promise<string | undefined> {
  let version: string | undefined;
  for await (const field of graph.fields()) {
    if (field.number !== 1 || !field.hasBytes) return version;
    const info = graph.message(field);
    for await (const part of info.fields()) {
      if (part.number === 4 && tags.size < MOST_TAGS) tags.add((await info.text(part)) ?? "");
      if (part.number === 5) version = await info.text(part);
    }
  }
  return version;
}
