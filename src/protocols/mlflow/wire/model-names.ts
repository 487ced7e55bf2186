/**
 * Whether MLflow gives this name to registered models: `models:/` addresses could not hold `/` and `:`. Clients of other protocols
 * may give such names.
 */
export function isModelName(name: string): boolean {
  return !/[/:]/.test(name);
}

export function invalidModelName(name: string): string {
  return `Invalid model name '${name}'. Names cannot contain '/' or ':'.`;
}
