import type { FastifyInstance, FastifyRequest } from "fastify";
import { escapeHtml, sendPage } from "./html.ts";
import { refuseInText } from "./refusals.ts";

/**
 * `GET /` for a person's browser: what is running and where to go. Everything that does not ask for HTML gets a 404, which clients of the
 * Kubeflow registry take as a sign of life.
 */
export function addLandingPage(server: FastifyInstance, version: string): void {
  server.get("/", (request, reply) => {
    if (!request.headers.accept?.includes("text/html")) {
      const { status, headers, body } = refuseInText("not-found", "There is nothing at GET /.");
      return reply.code(status).headers(headers).send(body);
    }
    const style = "  dt { font-weight: 600 } dd { margin: 0 0 .6rem }\n";
    return sendPage(reply, { title: "modelregistry", style, content: contentFor(version, request) });
  });
}

function contentFor(version: string, { protocol, host, hostname, port }: FastifyRequest): string {
  const address = escapeHtml(`${protocol}://${host}`);
  const server = escapeHtml(`${protocol}://${hostname}`);
  const isSecure = protocol === "https";
  return `<h1>modelregistry</h1>
<p>Version ${escapeHtml(version)} is running here. It keeps experiments, runs, models and their files for MLflow clients, and shows the same
models, versions, experiments and runs to clients of Kubeflow's model registry.</p>
<h2>Use it from Python</h2>
<pre>pip install mlflow
export MLFLOW_TRACKING_URI=${address}</pre>
<pre>import mlflow

with mlflow.start_run():
    mlflow.log_metric("loss", 0.25)</pre>
<p>Or as a Kubeflow registry, after <code>pip install model-registry</code>:</p>
<pre>from model_registry import ModelRegistry

registry = ModelRegistry("${server}", ${port ?? (isSecure ? 443 : 80)}, author="me"${isSecure ? "" : ", is_secure=False"})</pre>
<h2>Where to go</h2>
<dl>
  <dt><a href="/docs">/docs</a></dt><dd>The reference of the Kubeflow API, made from its <a href="/openapi.json">OpenAPI document</a>.</dd>
  <dt><a href="/health">/health</a></dt><dd>Says OK while the server answers.</dd>
  <dt><a href="/version">/version</a></dt><dd>The MLflow version whose API is spoken here.</dd>
  <dt>/api/2.0/mlflow, /api/3.0/mlflow</dt><dd>The REST API of MLflow: tracking, model registry, logged models.</dd>
  <dt>/api/2.0/mlflow-artifacts</dt><dd>The files of runs and models.</dd>
  <dt>/api/model_registry/v1, /api/model_registry/v1alpha3</dt><dd>The REST API of Kubeflow's model registry.</dd>
</dl>
<p>There are no pages for browsing runs and models yet: links that MLflow prints, such as
<code>${address}/#/experiments/0</code>, lead here.</p>`;
}
