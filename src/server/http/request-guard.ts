import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/**
 * Names that no stranger can register: `localhost`, single labels as containers and machines of one network have them, and the
 * suffixes that are reserved for private networks.
 */
const PRIVATE_SUFFIXES = [".localhost", ".local", ".internal", ".svc", ".svc.cluster.local", ".home.arpa"];

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface GuardOptions {
  /** Host names by which this server may be called besides addresses and private names; `*` for any. */
  allowedHosts: readonly string[];
  /** Origins of other sites whose pages may change things here. */
  allowedOrigins: readonly string[];
}

/**
 * Refuses what a hostile web page makes a visitor's browser send: calls under a public name that was pointed at this machine (DNS
 * rebinding), and changes from pages of other sites. Returns the reason, or undefined where the request may pass.
 */
export function refusalReason(
  { allowedHosts, allowedOrigins }: GuardOptions,
  method: string,
  headers: IncomingHttpHeaders,
): string | undefined {
  const host = hostnameOf(headers.host ?? "");
  if (!isAllowedHost(host, allowedHosts)) {
    return `This server does not answer under the name '${host.slice(0, 100)}'. If it should, start it with --allowed-hosts.`;
  }
  const { origin } = headers;
  if (origin === undefined || SAFE_METHODS.has(method) || allowedOrigins.includes(origin)) return undefined;
  if (originHost(origin) === headers.host) return undefined;
  return "Pages of another site may not change anything here. If they should, start the server with --allowed-origins.";
}

function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  return (
    isIP(host) !== 0 ||
    !host.includes(".") ||
    PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix)) ||
    allowed.includes("*") ||
    allowed.includes(host)
  );
}

/** The name or address of a Host header, without port and without the brackets of an IPv6 address. */
function hostnameOf(host: string): string {
  return host
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
