import type { Expectation, IntendedDifference } from "../intended.ts";

const invalid: Expectation = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };
const REQUESTS = ["get", "list", "put", "delete"];

/** The same bad path in each kind of request. */
function inEach(...paths: string[]): string[] {
  return paths.flatMap((path) => REQUESTS.map((request) => `${request} ${path}`));
}

/** Differences of the artifact proxy and of artifacts by run, version and model. */
export const artifactDifferences: IntendedDifference[] = [
  {
    category: "we refuse what is unsafe",
    reason:
      "A directory with a NUL character in its name is empty upstream; here no path may have one, in a list either",
    ours: invalid,
    steps: { "artifact paths": ["list null byte"] },
  },
  {
    category: "we refuse what is unsafe",
    reason: "Backslashes lead elsewhere on other systems; upstream stores them on this one",
    ours: invalid,
    steps: { "artifact paths": inEach("backslashes", "backslashes encoded") },
  },
  {
    category: "upstream is inconsistent",
    reason:
      "Upstream redirects a deletion of an absolute path to the path without its slash; here it is refused, as for the other methods",
    ours: invalid,
    steps: { "artifact paths": ["delete absolute", "delete absolute encoded"] },
  },
  {
    category: "we accept more",
    reason:
      "Upstream signs URLs where the files are in a cloud store alone; here the server signs those of its own folder, too, and answers them",
    ours: { status: 200 },
    steps: {
      "artifacts: multipart and presigned": [
        "multipart create",
        "multipart create without parts",
        "multipart by ajax-api",
        "presigned upload of a run",
      ],
    },
  },
  {
    category: "we accept more",
    reason: "As signed URLs work on a folder, too, what they are asked of is looked up, and isn't there",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: {
      "artifacts: multipart and presigned": [
        "multipart complete",
        "multipart abort",
        "presigned",
        "presigned download of a run",
      ],
    },
  },
  {
    category: "other",
    reason:
      "A request for a file without its path is an HTML page upstream, or one about a directory; here it is the refusal of the path",
    ours: invalid,
    steps: {
      "artifacts: of a run": ["get-artifact without a path", "get-artifact with an empty path"],
      "artifacts: of a model version and a logged model": ["get without a path"],
    },
  },
  {
    category: "other",
    reason: "A dot as the path of a listing is the root; upstream puts it before each name",
    ours: { status: 200, body: { files: [{ path: "model" }, { path: "notes.txt" }] } },
    steps: { "artifacts: of a run": ["list a dot"] },
  },
];
