import { parseUri } from "./uris.ts";

/** What clients store as the source of a prompt's version, which has no files. */
export const PROMPT_SOURCES: readonly string[] = ["dummy-source", "prompt-template"];

/** A `models:` URI: a logged model, or a version of a registered model by number, stage, alias, or as the latest. */
export type ModelReference =
  | { kind: "logged model"; modelId: string }
  | { kind: "version"; name: string; number: number }
  | { kind: "latest"; name: string }
  | { kind: "stage"; name: string; stage: string }
  | { kind: "alias"; name: string; alias: string };

/** Parses the path of `models:/…`: `/m-1`, `/name/3`, `/name/Production`, `/name/latest`, `/name@champion`; undefined for others. */
export function parseModelReference(path: string): ModelReference | undefined {
  const [first = "", suffix, ...more] = path.replace(/^\/+/, "").split("/");
  if (!path.startsWith("/") || first.trim() === "" || more.length > 0) return undefined;
  if (suffix !== undefined) return parseSuffix(first, suffix);
  const at = first.lastIndexOf("@");
  if (at < 0) return { kind: "logged model", modelId: first };
  const alias = first.slice(at + 1);
  return alias.trim() === "" ? undefined : { kind: "alias", name: first.slice(0, at), alias };
}

function parseSuffix(name: string, suffix: string): ModelReference | undefined {
  if (suffix.trim() === "") return undefined;
  if (/^\d{1,15}$/.test(suffix)) return { kind: "version", name, number: Number(suffix) };
  return suffix.toLowerCase() === "latest" ? { kind: "latest", name } : { kind: "stage", name, stage: suffix };
}

/** Whether a URI names bytes that this server keeps: by the artifacts' own scheme, or by the path of the proxy on any host. */
export function isProxiedArtifactUri(uri: string): boolean {
  const { scheme, path } = parseUri(uri);
  if (scheme === "mlflow-artifacts") return true;
  return (scheme === "http" || scheme === "https") && /\/api\/2\.0\/mlflow-artifacts\/artifacts(\/|$)/.test(path);
}
