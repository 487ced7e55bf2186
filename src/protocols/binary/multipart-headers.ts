import { CoreError } from "../../core/errors.ts";

/** What the headers of a part say. */
export interface FormHeaders {
  /** The name of the form's field. */
  name: string;
  /** As the client spells it, perhaps with directories; absent where the part is not a file. */
  fileName?: string;
  contentType?: string;
}

/** The characters that RFC 2046 (5.1.1) allows; a space may not be the last. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** A header's name, as RFC 9110 has it. */
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/s;

/** `; name=value` or `; name="value"`, in which a quote stands after a backslash. */
const PARAMETER = /;[ \t]*(?:([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?[ \t]*/y;

/** Other encodings would have to be undone; RFC 7578 (4.7) has no use for them. */
const PLAIN_ENCODINGS = new Set(["", "7bit", "8bit", "binary"]);

/** A body that breaks the format; `reason` goes on from "Invalid form: ". */
export function invalidForm(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "body", reason: `Invalid form: ${reason}` });
}

/** The boundary that the header `Content-Type` of a form names. Throws `invalidValue`. */
export function parseBoundary(contentType: string | undefined): string {
  const { value, parameters } = parseParameters(contentType ?? "", "Content-Type");
  if (value.toLowerCase() !== "multipart/form-data") {
    throw invalidForm("the header Content-Type is not multipart/form-data.");
  }
  const boundary = parameters.get("boundary");
  if (boundary === undefined) throw invalidForm("the header Content-Type names no boundary. Let your client set it.");
  if (!BOUNDARY.test(boundary))
    throw invalidForm("the boundary is not 1 to 70 of the characters that RFC 2046 allows.");
  return boundary;
}

/** Throws `invalidValue` where a line is no header, or nothing says which field the part is. */
export function parsePartHeaders(lines: readonly string[]): FormHeaders {
  const headers = parseHeaders(lines);
  const disposition = headers.get("content-disposition");
  if (disposition === undefined) throw invalidForm("a part has no header Content-Disposition.");
  const { value, parameters } = parseParameters(disposition, "Content-Disposition");
  if (value.toLowerCase() !== "form-data") throw invalidForm("the Content-Disposition of a part is not form-data.");
  const name = formParameter(parameters, "name");
  if (name === undefined) throw invalidForm("the Content-Disposition of a part has no name.");
  const encoding = headers.get("content-transfer-encoding") ?? "";
  if (!PLAIN_ENCODINGS.has(encoding.toLowerCase())) {
    throw invalidForm(`the part '${name}' has the transfer encoding '${encoding}'. Send its bytes as they are.`);
  }
  const fileName = formParameter(parameters, "filename");
  const contentType = headers.get("content-type");
  return {
    name,
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) throw invalidForm("a part has a line that is no header.");
    if (headers.has(name.toLowerCase())) throw invalidForm(`a part has the header ${name} twice.`);
    headers.set(name.toLowerCase(), value.trim());
  }
  return headers;
}

function parseParameters(header: string, name: string): { value: string; parameters: Map<string, string> } {
  const [value = ""] = header.split(";", 1);
  const parameters = new Map<string, string>();
  for (let position = value.length; position < header.length; position = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = position;
    const match = PARAMETER.exec(header);
    if (match === null)
      throw invalidForm(`the header ${name} can't be understood after '${header.slice(0, position)}'.`);
    const [, key, quoted, plain] = match;
    if (key === undefined) continue;
    if (parameters.has(key.toLowerCase())) throw invalidForm(`the header ${name} has '${key}' twice.`);
    parameters.set(key.toLowerCase(), quoted === undefined ? (plain ?? "") : quoted.replace(/\\(["\\])/g, "$1"));
  }
  return { value: value.trim(), parameters };
}

/**
 * Browsers, and who follows them, write quotes and line breaks in a name as `%22`, `%0D` and `%0A`, and nothing else. Some clients write
 * what is not ASCII as RFC 8187 has it: `filename*=UTF-8''…`.
 */
function formParameter(parameters: ReadonlyMap<string, string>, key: string): string | undefined {
  const extended = parameters.get(`${key}*`);
  if (extended === undefined) return parameters.get(key)?.replace(/%(?:22|0D|0A)/gi, decodeURIComponent);
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(extended) ?? [];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // Said below.
  }
  throw invalidForm(`the '${key}*' of a part is not as RFC 8187 has it, in UTF-8.`);
}
