/** SHA-256 of bytes that come in pieces. */
export interface Sha256 {
  update(piece: Uint8Array): void;
  /** The digest of all pieces, as 64 hexadecimal digits. Called once, at the end. */
  hex(): string;
}

/** As much of `node:crypto` as is used here, where its types need not be known. */
interface NodeCrypto {
  createHash(algorithm: "sha256"): { update(piece: Uint8Array): unknown; digest(encoding: "hex"): string };
}

/**
 * Node's own, about ten times as fast as JavaScript can be, or else one in JavaScript, for browsers: theirs takes only all bytes at once,
 * and only on pages that came by HTTPS. It is asked for in a way that bundlers for browsers need not know about.
 */
export async function createSha256(): Promise<Sha256> {
  const crypto = nodeCrypto();
  if (crypto !== undefined) {
    const hash = crypto.createHash("sha256");
    return { update: (piece) => hash.update(piece), hex: () => hash.digest("hex") };
  }
  const { sha256 } = await import("@noble/hashes/sha2.js");
  const hash = sha256.create();
  return { update: (piece) => hash.update(piece), hex: () => toHex(hash.digest()) };
}

function nodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The SHA-256 of a `Repr-Digest` header (RFC 9530), as 64 hexadecimal digits. */
export function digestInHeader(header: string | null): string | undefined {
  const [, base64] = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):/.exec(header ?? "") ?? [];
  if (base64 === undefined) return undefined;
  return toHex(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
