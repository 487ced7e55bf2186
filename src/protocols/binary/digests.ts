import type { Digest } from "../../core/model/artifacts.ts";
import type { RouteCall } from "../route.ts";
import { invalidValue } from "./errors.ts";

/**
 * The SHA-256 that a client promises for what it sends, by `Repr-Digest` or `Content-Digest` (RFC 9530); other algorithms are passed
 * over. Undefined where there is none. Throws `ProblemError` for one that is none.
 */
export function promisedDigest(headers: RouteCall["headers"]): Digest | undefined {
  const header = headers["repr-digest"] ?? headers["content-digest"];
  const [, value] = /(?:^|,)\s*sha-256\s*=\s*([^,;]*)/i.exec(header ?? "") ?? [];
  if (value === undefined) return undefined;
  const [, base64] = /^:([A-Za-z0-9+/]{43}=):\s*$/.exec(value) ?? [];
  if (base64 === undefined) {
    throw invalidValue("Repr-Digest", "Give sha-256=:…: with the 32 bytes of the digest in base64 between the colons.");
  }
  return Buffer.from(base64, "base64").toString("hex");
}
