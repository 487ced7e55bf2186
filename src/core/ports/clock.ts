/** The server's time, so that rules which depend on it can be tested. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
