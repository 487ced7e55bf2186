import { createHmac, timingSafeEqual } from "node:crypto";

const SIGNATURE = "signature";
const EXPIRES = "expires";

/** Signs requests by HMAC-SHA-256 over their method, their path, when they expire, and the rest of their query. */
export class RequestSigner {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** The path with its query. `expires`: seconds since 1970. */
  sign(method: string, path: string, expires: number, fields: Readonly<Record<string, string>> = {}): string {
    const query = new Map([...Object.entries(fields), [EXPIRES, String(expires)]]);
    query.set(SIGNATURE, this.#signatureOf(method, path, query).toString("hex"));
    return `${path}?${new URLSearchParams([...query])}`;
  }

  /** Whether `sign` has made it and it is not yet `now`, in seconds since 1970. */
  isSigned(method: string, path: string, query: ReadonlyMap<string, string>, now: number): boolean {
    const given = Buffer.from(query.get(SIGNATURE) ?? "", "hex");
    const expected = this.#signatureOf(method, path, query);
    return given.length === expected.length && timingSafeEqual(given, expected) && now < Number(query.get(EXPIRES));
  }

  #signatureOf(method: string, path: string, query: ReadonlyMap<string, string>): Buffer {
    const fields = [...query].filter(([name]) => name !== SIGNATURE).sort(([one], [other]) => (one < other ? -1 : 1));
    return createHmac("sha256", this.#secret)
      .update(JSON.stringify([method, path, fields]))
      .digest();
  }
}
