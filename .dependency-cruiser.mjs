// Which room may import which (docs/architecture.md). Checked by `npm run check`; every violation is an error.

/** Tests may use Node's modules, the test libraries and any room: they check real parts together. */
const tests = "\\.test\\.ts$|/(testkit|fuzz)/";

/**
 * @param {string} name
 * @param {string} comment the reason, shown with a violation
 * @param {string} from files (regular expression on the path)
 * @param {object} to what they may not import
 * @param {string} [except] files that the rule leaves out
 */
const forbid = (name, comment, from, to, except) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, ...(except ? { pathNot: except } : {}) },
  to,
});

export default {
  forbidden: [
    forbid(
      "core-is-pure",
      "The core is rules only: no HTTP, no SQL, no environment, nothing of Node or npm.",
      "^src/core/",
      { pathNot: "^src/core/" },
      tests,
    ),
    forbid(
      "protocols-know-the-core-only",
      "A protocol translates between its wire and the core; stores and the server are joined to it in src/server.",
      "^src/protocols/",
      { path: "^src/(?!core/|protocols/)" },
      tests,
    ),
    forbid(
      "protocols-know-no-sibling",
      "Protocols are independent of each other: what two of them need is a rule of the core.",
      "^src/protocols/([^/]+)/",
      { path: "^src/protocols/[^/]+/", pathNot: "^src/protocols/$1/" },
      tests,
    ),
    forbid(
      "stores-know-the-core-only",
      "A store keeps what the core tells it; it knows no protocol and no server.",
      "^src/stores/",
      { path: "^src/(?!core/|stores/)" },
    ),
    forbid(
      "importers-know-core-and-protocols",
      "An importer reads another registry by its protocol and writes by the rules; stores and the server are joined to it in src/cli.",
      "^src/importers/",
      { path: "^src/(?!core/|protocols/|importers/)" },
      tests,
    ),
    forbid(
      "nothing-but-the-cli-imports",
      "A server needs nothing of the importers.",
      "^src/(?!cli/|importers/)",
      { path: "^src/importers/" },
      tests,
    ),
    forbid(
      "server-knows-no-cli",
      "The command line starts the server, never the other way round.",
      "^src/server/",
      { path: "^src/cli/" },
      tests,
    ),
    forbid(
      "client-stands-alone",
      "The client is used where no server is installed.",
      "^src/client/",
      { path: "^src/(?!client/)" },
      tests,
    ),
    forbid(
      "client-runs-in-browsers",
      "Browsers load all of the client but the parts for files of a machine, which a door of their own leads to.",
      "^src/client/",
      { dependencyTypes: ["core"] },
      `${tests}|^src/client/node/`,
    ),
    forbid(
      "client-doors-are-two",
      "What needs Node is behind the door for Node alone.",
      "^src/client/(?!node/|node\\.ts)",
      { path: "^src/client/node(/|\\.ts)" },
      tests,
    ),
    forbid(
      "client-is-small",
      "Pages load what the client imports: a hash, which browsers lack, and nothing else.",
      "^src/client/",
      { dependencyTypes: ["npm"], pathNot: "node_modules/@noble/hashes/" },
      tests,
    ),
    forbid(
      "black-box-stays-outside",
      "Conformance tests talk to a URL, so that they can test any server.",
      "^(conformance|examples)/",
      { path: "^(src|bench)/" },
    ),
    forbid(
      "bench-talks-to-urls",
      "The bench measures servers from outside; only bench/seed fills a store directly, to save hours.",
      "^bench/",
      { path: "^src/" },
      "^bench/seed/",
    ),
    forbid("bench-seeds-stores", "bench/seed may fill a store, nothing else.", "^bench/seed/", {
      path: "^src/(?!core/|stores/)",
    }),
    forbid(
      "testkit-is-for-tests",
      "What runs in production doesn't depend on test helpers.",
      "^src/",
      { path: tests },
      tests,
    ),
    forbid("nothing-in-a-circle", "Files that import each other can only be understood together.", "", {
      circular: true,
    }),
    forbid("everything-resolves", "An import of something that isn't there.", "", { couldNotResolve: true }),
    forbid(
      "only-own-dependencies",
      "What runs in production is listed in dependencies, not only in devDependencies.",
      "^src/",
      { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "deprecated"] },
      tests,
    ),
  ],
  options: {
    // swc reads the files, because TypeScript 7 has no programming interface that dependency-cruiser could use.
    parser: "swc",
    // Count `import type` too: a direction is a direction.
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
    },
  },
};
