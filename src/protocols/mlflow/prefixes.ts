/** The prefixes under which every operation is served alike; upstream serves each under the version that introduced it. */
export const PREFIXES: readonly string[] = ["/api/2.0", "/api/3.0", "/ajax-api/2.0", "/ajax-api/3.0"];
