import type { JsonSchema } from "../../json-schema.ts";
import type { Content, OpenApiOperation, Parameter, Response, ResponseHeader } from "../../openapi.ts";
import { ref } from "./schemas.ts";

/** What the document says of an operation beside its method and path, whose parameters are added. */
export type Description = Omit<OpenApiOperation, "operationId" | "tags">;

const text = { type: "string" } as const;
const given = { type: "string", minLength: 1 } as const;
const query = (name: string, description: string, schema: JsonSchema = text, required = false): Parameter => ({
  name,
  in: "query",
  required,
  description,
  schema,
});
const header = (name: string, description: string): Parameter => ({
  name,
  in: "header",
  required: false,
  description,
  schema: text,
});

const json = (schema: string): Content => ({ "application/json": { schema: ref(schema) } });
const anyBytes: Content = { "*/*": { schema: { type: "string", format: "binary" } } };

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "A value is wrong, or the bytes are not those that were promised; `field` and `detail` say which.",
  404: "There is no such model, or no such file of it.",
  409: "The id or the version is taken, or an upload is not finished.",
  413: "More than may be sent.",
  415: "The content type is none that can be understood.",
  500: "The server failed; its log says why. With the code `damaged`, the bytes are not given out.",
  503: "What the bytes are kept in does not answer.",
  507: "There is no room left; nothing was kept.",
};

function problems(...statuses: number[]): Record<string, Response> {
  const content = { "application/problem+json": { schema: ref("Problem") } };
  return Object.fromEntries(
    [...statuses, 500, 503].map((status) => [status, { description: PROBLEMS[status] ?? "", content }]),
  );
}

const FILE_HEADERS: Readonly<Record<string, ResponseHeader>> = {
  ETag: { description: "The SHA-256 in quotes.", schema: text },
  "Repr-Digest": { description: "The SHA-256 of the whole file (RFC 9530).", schema: text },
  "Accept-Ranges": { description: "`bytes`.", schema: text },
};

const FILE_ANSWERS: Record<string, Response> = {
  200: { description: "The bytes.", headers: FILE_HEADERS, content: anyBytes },
  206: { description: "The part that `Range` asks for.", headers: FILE_HEADERS, content: anyBytes },
  304: { description: "The client has it already." },
  416: { description: "The file has no such part." },
  ...problems(400, 404),
};

const FILE_REQUEST = [
  header("Range", "One part of the file, such as `bytes=1000-`."),
  header("If-Range", "The part alone where the file still has this ETag, else all of it."),
  header("If-None-Match", "An ETag that the client has."),
];

const DIGEST = header(
  "Repr-Digest",
  "The SHA-256 that the bytes have to have: `sha-256=:<base64>:`. `Content-Digest` is taken too.",
);

const METADATA: Parameter = {
  name: "metadata",
  in: "query",
  required: false,
  description: "Where the body is the file. Each field can be a parameter of its own instead.",
  content: { "application/json": { schema: ref("ModelMetadata") } },
};

const ARCHIVE = query("archive", "The form of the archive; a folder comes as `tar` where nothing is said.", {
  type: "string",
  enum: ["tar", "zip"],
});

const LIST_PARAMETERS = [
  query("name", "The whole name of the model."),
  query("version", "The name of the version."),
  query("id", "The client's own id."),
  query("storage_group", "The group of the files."),
  query("framework", "What made it."),
  query("search", "A part of the model's name or of the version's description, in any case."),
  query("page_size", "Most models of a page; 100 where nothing is said.", {
    type: "integer",
    minimum: 1,
    maximum: 1000,
  }),
  query("page_token", "The `next_page_token` of the page before, with the same conditions."),
];

/** By the name of the operation. */
export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  uploadModel: {
    summary: "Makes a version of a model from bytes",
    description:
      "The bytes come as a form, as they are with the metadata in the query (as JSON in `metadata`, or one parameter for each field), or " +
      "from uploads that are finished. A wrong digest, a taken id or version, or a body that breaks off leave nothing behind.",
    parameters: [METADATA, DIGEST],
    requestBody: {
      required: true,
      content: {
        "multipart/form-data": { schema: ref("ModelForm") },
        "application/json": { schema: ref("ModelFromUploads") },
        "application/octet-stream": { schema: { type: "string", format: "binary" } },
      },
    },
    responses: {
      201: {
        description: "Made, and durable.",
        headers: { Location: { description: "Where the model is.", schema: text } },
        content: json("StoredModel"),
      },
      ...problems(400, 404, 409, 413, 415, 507),
    },
  },
  listModels: {
    summary: "Lists models, newest first",
    description: "A tag is asked for by `tag.<key>=<value>`.",
    parameters: LIST_PARAMETERS,
    responses: { 200: { description: "A page.", content: json("StoredModelList") }, ...problems(400) },
  },
  getModel: {
    summary: "Says what is known of a model",
    parameters: [],
    responses: { 200: { description: "The model.", content: json("StoredModel") }, ...problems(400, 404) },
  },
  updateModel: {
    summary: "Changes what is said of a model",
    parameters: [],
    requestBody: { required: true, content: json("ModelChanges") },
    responses: { 200: { description: "Changed.", content: json("StoredModel") }, ...problems(400, 404, 413) },
  },
  deleteModel: {
    summary: "Removes a version for good, with the files that are its own",
    parameters: [],
    responses: { 204: { description: "Removed." }, ...problems(400, 404) },
  },
  downloadModel: {
    summary: "Gives out a model's bytes by path, id and group, which have to belong together",
    parameters: [
      query("storage_path", "As the model says.", given, true),
      query("metadata_id", "As the model says.", given, true),
      query("storage_group", "As the model says.", given, true),
      ARCHIVE,
      ...FILE_REQUEST,
    ],
    responses: FILE_ANSWERS,
  },
  getModelContent: {
    summary: "Gives out a model's bytes: its file, or its folder as an archive",
    parameters: [ARCHIVE, ...FILE_REQUEST],
    responses: FILE_ANSWERS,
  },
  listModelFiles: {
    summary: "Lists all files of a model by path",
    parameters: [],
    responses: { 200: { description: "The files.", content: json("ModelFileList") }, ...problems(400, 404) },
  },
  getModelFile: {
    summary: "Gives out one file of a model",
    parameters: FILE_REQUEST,
    responses: FILE_ANSWERS,
  },
  getModelArchive: {
    summary: "Gives out a model's folder as an archive whose name ends in .tar or .zip",
    parameters: FILE_REQUEST,
    responses: FILE_ANSWERS,
  },
};
