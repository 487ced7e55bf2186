/** Texts as Python prints them: upstream's messages contain them, and clients' tests match on the messages. */

/** `repr` of a string. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** `json.dumps` of a string: nothing but ASCII. */
export function pythonJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `posixpath.normpath`. */
export function normalizePosixPath(path: string): string {
  const root = /^\/\/(?!\/)/.test(path) ? "//" : path.slice(0, path.startsWith("/") ? 1 : 0);
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    const climbs = segment === ".." && segments.length > 0 && segments.at(-1) !== "..";
    if (climbs) segments.pop();
    else if (segment !== ".." || root === "") segments.push(segment);
  }
  return root + segments.join("/") || ".";
}
