import { compressed } from "./compressed.ts";
import { type FileFacts, fitFacts } from "./facts.ts";
import { gguf } from "./gguf.ts";
import { problemFact } from "./io/problems.ts";
import { MeteredFile, type RandomAccess } from "./io/random-access.ts";
import { mlmodel } from "./mlmodel.ts";
import { npy } from "./numpy.ts";
import { onnx } from "./onnx.ts";
import { pickle } from "./pickle/pickle.ts";
import { coreml, savedModel } from "./protobuf-formats.ts";
import { safetensors } from "./safetensors.ts";
import { hdf5, namedOnly, xgboostBinary } from "./signatures.ts";
import { type FactsTools, type Format, HEAD_BYTES, type Source } from "./source.ts";
import { tar } from "./tar.ts";
import { lightgbm, openvino, pmml, xgboost } from "./text-formats.ts";
import { tflite } from "./tflite.ts";
import { zip } from "./zip/zip.ts";

/** The first that recognises a file reads it: signatures before names, and what could be anything last. */
const formats: readonly Format[] = [
  gguf,
  zip,
  npy,
  hdf5,
  tflite,
  ...namedOnly,
  ...compressed,
  tar,
  safetensors,
  mlmodel,
  savedModel,
  coreml,
  lightgbm,
  xgboost,
  xgboostBinary,
  pmml,
  openvino,
  onnx,
  pickle,
];

/**
 * What a file says about itself, without running anything of it; see docs/formats.md for what is read of which format. `name` is its
 * name or path, which only helps where the content does not tell. Whatever the content is, this takes bounded time, memory and reads, and rejects only where `file.read` does.
 */
export function readFileFacts(file: RandomAccess, name: string, tools: FactsTools = {}): Promise<FileFacts> {
  const { inflate, pause } = tools;
  const baseName = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  return factsOf(MeteredFile.over(file, pause), baseName, {
    inflate,
    readInside: (inside, insideName) => factsOf(inside, insideName, { inflate, readInside: undefined }),
  });
}

/** `readInside` is absent inside of a compressed file: one layer is unpacked. */
async function factsOf(
  file: MeteredFile,
  name: string,
  { inflate, readInside }: Pick<Source, "inflate" | "readInside">,
): Promise<FileFacts> {
  if (file.size === 0) return { format: "empty" };
  const source: Source = { file, name, head: await file.head(HEAD_BYTES), inflate, readInside };
  const format = formats.find((candidate) => candidate.recognises(source));
  const facts: FileFacts = { format: format?.name ?? "unknown" };
  try {
    await format?.read?.(source, facts);
  } catch (error) {
    Object.assign(facts, problemFact(error));
  }
  return fitFacts(facts);
}
