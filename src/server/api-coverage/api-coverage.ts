import { mlflowProtocol } from "../../protocols/mlflow/routes.ts";
import { unsupportedAreas, unsupportedRoutes } from "../../protocols/mlflow/unsupported.ts";
import type { Route } from "../../protocols/route.ts";

const VERSIONED_PREFIX = /^\/(?:ajax-)?api\/[23]\.0(?=\/)/;

const INTRODUCTION = `# API coverage

Every operation of MLflow's REST API that its clients know, and what this server does with it. Paths that begin with \`/mlflow\` are
served under \`/api/2.0\`, \`/api/3.0\`, \`/ajax-api/2.0\` and \`/ajax-api/3.0\` alike, unless a prefix is given. A test compares this page
with the route table, and the route table with the descriptors inside the \`mlflow\` package.

This page is generated: \`node src/server/api-coverage/write.ts\`.
`;

/** The page \`docs/api-coverage.md\`, made from the route table. */
export function renderApiCoverage(): string {
  const unsupported = new Set(unsupportedRoutes);
  const served = mlflowProtocol.routes.filter((route) => !unsupported.has(route));
  return [
    INTRODUCTION,
    "## Served\n",
    "| operation | method and path | permission |\n| --- | --- | --- |",
    ...describeRoutes(served),
    "\n## Not served\n",
    "These answer `NOT_IMPLEMENTED` (501) in MLflow's error envelope, with the sentence given here.",
    ...unsupportedAreas.map(describeArea),
    "",
  ].join("\n");
}

function describeRoutes(routes: readonly Route[]): string[] {
  const lines = routes.map(
    (route) => `| ${route.operation} | \`${route.method} ${shortPath(route.path)}\` | ${route.permission} |`,
  );
  return [...new Set(lines)];
}

/** Without the prefix, where an operation is served under all of them. */
function shortPath(path: string): string {
  const rest = path.replace(VERSIONED_PREFIX, "");
  const everywhere = ["/api/2.0", "/api/3.0", "/ajax-api/2.0", "/ajax-api/3.0"].every((prefix) =>
    mlflowProtocol.routes.some((route) => route.path === prefix + rest),
  );
  return everywhere ? rest : path;
}

function describeArea({ reason, operations }: (typeof unsupportedAreas)[number]): string {
  const rows = Object.entries(operations).map(([call, name]) => `| ${name} | \`${call.replace(" ", " /mlflow")}\` |`);
  return `\n${reason}\n\n| operation | method and path |\n| --- | --- |\n${rows.join("\n")}`;
}

/** Method and path as the router sees them, names of parameters left out: \`GET /mlflow/traces/:\`. */
export function normalizeCall(method: string, path: string): string {
  const normalized = path
    .replace(/<path:[^>]+>|\*$/g, "*")
    .replace(/\{[^}]+\}|:[A-Za-z_]+/g, ":")
    .replace(/^(?!\/)/, "/");
  return `${method} ${normalized}`;
}
