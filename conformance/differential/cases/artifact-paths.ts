import { get, raw, scenario } from "../steps.ts";
import type { Scenario, Step } from "../types.ts";

const FILES = "/api/2.0/mlflow-artifacts/artifacts";

/** Paths that must never lead out of the store, written as they go on the wire. */
const BAD_PATHS: Record<string, string> = {
  "two dots": "../etc/passwd",
  "two dots inside": "a/../../etc/passwd",
  "two dots that stay inside": "a/../b.txt",
  "two dots at the end": "a/..",
  "encoded dots": "%2e%2e/etc/passwd",
  "encoded slash": "..%2fetc%2fpasswd",
  "encoded all": "%2e%2e%2fetc%2fpasswd",
  "encoded twice": "%252e%252e%252fetc%252fpasswd",
  "encoded three times": "%25252e%25252e%25252fetc",
  "control character split": "%2%0952e%2%0952e/etc",
  absolute: "/etc/passwd",
  "absolute encoded": "%2fetc%2fpasswd",
  backslashes: "{{unique}}/..\\..\\etc",
  "backslashes encoded": "{{unique}}/..%5c..%5cetc",
  "drive letter": "C:/Windows",
  "drive letter encoded": "C%3A%5CWindows",
  "file scheme": "file:///etc/passwd",
  "fragment encoded": "a%23/../../etc",
  "fragment alone": "a%23b.txt",
  "null byte": "{{unique}}/a%00.txt",
  "names of logged images": "{{unique}}/loss%25step%2510%25timestamp%251795239800208%25q48afb19.png",
  "three dots": "{{unique}}/.../x",
  tilde: "{{unique}}/~/x",
  semicolon: ";..%2F..%2Fetc",
};

/** The same bad paths for one kind of request. */
function withEach(make: (name: string, path: string) => Step): Step[] {
  return Object.entries(BAD_PATHS).map(([name, path]) => make(name, path));
}

export const artifactPathScenarios: Scenario[] = [
  scenario(
    "artifact paths",
    withEach((name, path) => get(`get ${name}`, `${FILES}/${path}`)),
    withEach((name, path) => ({ name: `list ${name}`, method: "GET", path: `${FILES}?path=${path}` })),
    withEach((name, path) => raw(`put ${name}`, "PUT", `${FILES}/${path}`, "x", { contentType: "text/plain" })),
    withEach((name, path) => ({ name: `delete ${name}`, method: "DELETE", path: `${FILES}/${path}` })),
  ),
];
