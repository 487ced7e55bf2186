import { createHash } from "node:crypto";
import { CoreError } from "../../../core/errors.ts";
import type { ContentCheck } from "../../../core/ops/uploads.ts";
import type { RouteCall } from "../../route.ts";
import { invalidValue } from "../errors.ts";

/** What clients may hash with; every tus server with checksums has `sha1`. */
export const CHECKSUM_ALGORITHMS = ["sha256", "sha1"];

/** The check that `Upload-Checksum` asks for: an algorithm and a digest in base64. Undefined where there is none. */
export function readChecksum(headers: RouteCall["headers"]): ContentCheck | undefined {
  const text = headers["upload-checksum"];
  if (text === undefined) return undefined;
  const [algorithm = "", digest = "", ...more] = text.split(" ");
  if (!CHECKSUM_ALGORITHMS.includes(algorithm) || digest === "" || more.length > 0) {
    const detail = `Upload-Checksum has to be one of ${CHECKSUM_ALGORITHMS.join(", ")}, a space, and the digest in base64.`;
    throw invalidValue("Upload-Checksum", detail);
  }
  return checkAgainst(algorithm, Buffer.from(digest, "base64").toString("hex"));
}

function checkAgainst(algorithm: string, expected: string): ContentCheck {
  const hash = createHash(algorithm);
  return {
    update: (piece) => hash.update(piece),
    verify() {
      const actual = hash.digest("hex");
      if (actual !== expected) throw new CoreError("digestMismatch", { expected, actual });
    },
  };
}
