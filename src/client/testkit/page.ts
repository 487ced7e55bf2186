// Runs in a browser, in a page of another origin than the server's: does what pages do, and says what came of it.
import { ModelRegistryClient, NotFoundError, type ResumableUpload } from "../index.ts";

/** What the page says to the test. */
export interface PageReport {
  /** The stack of what went wrong. */
  failure?: string;
  /** What has been seen, by name. */
  seen: Record<string, unknown>;
}

const seen: PageReport["seen"] = {};
const { location } = globalThis as unknown as { location: URL };

/** The address of the registry is in that of the page. */
async function main(): Promise<void> {
  const registry = new ModelRegistryClient(new URLSearchParams(location.search).get("registry") ?? "");
  seen.origin = location.origin;
  seen.hasNode = "process" in globalThis;
  const bytes = randomBytes(20_000_000);
  const file = new File([bytes], "weights.safetensors", { lastModified: 5 });
  const expected = await digest(bytes);

  const kept: ResumableUpload[] = [];
  const progress: number[] = [];
  const model = await registry.models.upload(
    file,
    { name: "from-a-page", version: "1", tags: { from: "page" } },
    {
      ...{ resumableFrom: 10_000_000, partSize: 4_000_000 },
      onProgress: (now) => progress.push(now.bytes),
      onResumable: (upload) => kept.push(upload),
    },
  );
  seen.uploaded = [model.sha256 === expected, model.size, model.fileExtension, kept.length, progress];

  const listed: string[] = [];
  for await (const { name, version } of registry.models.list({ tags: { from: "page" } }))
    listed.push(`${name} ${version}`);
  seen.listed = listed;

  const download = await registry.models.download(model.metadataId);
  seen.download = [download.fileName, download.size, download.sha256 === expected];
  seen.downloaded = (await digest(await download.bytes())) === expected;
  const part = await registry.models.download(model.metadataId, { range: { start: 10, end: 20 } });
  seen.part = (await part.bytes()).join() === bytes.subarray(10, 20).join();

  const stream = new Blob([bytes]).stream();
  const streamed = await registry.models.upload(stream, { name: "from-a-stream" }, { partSize: 4_000_000 });
  seen.streamed = streamed.sha256 === expected;
  const small = await registry.models.upload(new Blob(["small"]), { name: "small" });
  seen.small = await (await (await registry.models.download(small.metadataId)).blob()).text();

  const missing = await errorOf(registry.models.get("nobody"));
  seen.missing = [missing instanceof NotFoundError, missing.name, missing.message.includes("nobody")];
  const taken = await errorOf(registry.models.upload(file, { name: "from-a-page", version: "1" }));
  seen.taken = [taken.name, Reflect.get(taken, "field")];

  await registry.registeredModels.setAlias("from-a-page", "champion", 1);
  seen.alias = (await registry.versions.getByAlias("from-a-page", "champion")).version;
  const controller = new AbortController();
  const pending = registry.models.upload(file, { name: "aborted" }, { signal: controller.signal, partSize: 1_000_000 });
  controller.abort(new Error("enough"));
  seen.aborted = (await errorOf(pending)).message;
  await registry.models.delete(small.metadataId);
  seen.deleted = (await errorOf(registry.models.get(small.metadataId))).name;
}

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  // The browser gives no more at once.
  for (let start = 0; start < size; start += 65_536) crypto.getRandomValues(bytes.subarray(start, start + 65_536));
  return bytes;
}

/** The browser's own, to have a second opinion. */
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return new Error("It did not fail");
}

async function report(failure?: string): Promise<void> {
  const body: PageReport = { seen, ...(failure !== undefined && { failure }) };
  await fetch("/report", { method: "POST", body: JSON.stringify(body) });
}

await main().then(
  () => report(),
  (error) => report(error instanceof Error ? `${error.stack}\n${error.cause}` : String(error)),
);
