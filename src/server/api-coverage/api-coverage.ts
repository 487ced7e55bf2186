import { API_VERSIONS, type ApiVersion, v1, v1alpha3 } from "../../protocols/kubeflow/api-versions.ts";
import { kubeflowOperations } from "../../protocols/kubeflow/routes.ts";
import { mlflowProtocol } from "../../protocols/mlflow/routes.ts";
import { unsupportedAreas, unsupportedRoutes } from "../../protocols/mlflow/unsupported.ts";
import type { Route } from "../../protocols/route.ts";

const VERSIONED_PREFIX = /^\/(?:ajax-)?api\/[23]\.0(?=\/)/;

const INTRODUCTION = `# API coverage

Every operation that clients of MLflow and of Kubeflow's model registry know, and what this server does with it.

This page is generated: \`node src/server/api-coverage/write.ts\`.
`;

const MLFLOW_INTRODUCTION = `## MLflow

Paths that begin with \`/mlflow\` are served under \`/api/2.0\`, \`/api/3.0\`, \`/ajax-api/2.0\` and \`/ajax-api/3.0\` alike, unless a
prefix is given. A test compares this page with the route table, and the route table with the descriptors inside the \`mlflow\` package.
`;

const KUBEFLOW_INTRODUCTION = `
## Kubeflow

Paths are below \`/api/model_registry/v1\` and \`/api/model_registry/v1alpha3\`, where the version has a tick. All of both contracts is
served; what deletes is an addition. \`/openapi.json\` and \`/docs\` on a running server have the details. A test compares them with the
models inside the \`model-registry\` package, field by field.
`;

/** The page `docs/api-coverage.md`, made from the route tables. */
export function renderApiCoverage(): string {
  const unsupported = new Set(unsupportedRoutes);
  const served = mlflowProtocol.routes.filter((route) => !unsupported.has(route));
  return [
    INTRODUCTION,
    MLFLOW_INTRODUCTION,
    "### Served\n",
    "| operation | method and path | permission |\n| --- | --- | --- |",
    ...describeRoutes(served),
    "\n### Not served\n",
    "These answer `NOT_IMPLEMENTED` (501) in MLflow's error envelope, with the sentence given here.",
    ...unsupportedAreas.map(describeArea),
    KUBEFLOW_INTRODUCTION,
    "| operation | method and path | v1 | v1alpha3 | permission |\n| --- | --- | --- | --- | --- |",
    ...describeKubeflow(),
    "",
  ].join("\n");
}

function describeKubeflow(): string[] {
  const lines = kubeflowOperations.map(({ name, method, path, permission }) => {
    const ticks = [v1, v1alpha3].map((version) => (isServed(name, version) ? "✓" : ""));
    return `| ${name} | \`${method} ${path}\` | ${ticks.join(" | ")} | ${permission} |`;
  });
  return [...new Set(lines)];
}

function isServed(name: string, version: ApiVersion): boolean {
  return kubeflowOperations.some(
    (operation) => operation.name === name && (operation.versions ?? API_VERSIONS).includes(version),
  );
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
