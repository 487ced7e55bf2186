import { artifactName } from "../core/model/artifact-paths.ts";

/** Extensions, and whole names without one, that upstream serves as plain text. */
const PLAIN_TEXT = new Set(
  (
    "txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst ipynb " +
    "mlmodel mlproject"
  ).split(" "),
);

const TYPES: Readonly<Record<string, string>> = {
  avif: "image/avif",
  bmp: "image/bmp",
  css: "text/css",
  flac: "audio/flac",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  ico: "image/vnd.microsoft.icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  ogg: "audio/ogg",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tif: "image/tiff",
  tiff: "image/tiff",
  wav: "audio/x-wav",
  webm: "video/webm",
  webp: "image/webp",
  zip: "application/zip",
};

/**
 * Headers of an artifact's bytes. A browser saves them and never renders them in this server's origin: an HTML or SVG file that somebody
 * has uploaded would otherwise act with the rights of whoever opens it.
 */
export function contentHeaders(path: string): Record<string, string> {
  const name = artifactName(path);
  return {
    "content-type": contentType(name),
    "content-disposition": contentDisposition(name),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
  };
}

function contentType(name: string): string {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (PLAIN_TEXT.has(extension)) return "text/plain";
  return TYPES[extension] ?? "application/octet-stream";
}

/** What a header's parameter may hold without quotes, by RFC 9110. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** As RFC 6266 has it: a name that is not plain ASCII also comes percent-encoded, beside what is left of it in ASCII. */
function contentDisposition(name: string): string {
  const plain = name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "") || "download";
  const value = TOKEN.test(plain) ? plain : `"${plain.replace(/["\\]/g, "\\$&")}"`;
  if (plain === name) return `attachment; filename=${value}`;
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename=${value}; filename*=UTF-8''${encoded}`;
}
