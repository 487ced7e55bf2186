import type { FastifyInstance } from "fastify";
import { refuseInText } from "./refusals.ts";

/** Scripts and frames have no business on this page. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

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
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .send(page(version, `${request.protocol}://${request.host}`));
  });
}

function page(version: string, url: string): string {
  const address = escapeHtml(url);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>modelregistry</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
  pre { padding: .8rem 1rem; border: 1px solid #8886; border-radius: .4rem; overflow-x: auto }
  dt { font-weight: 600 } dd { margin: 0 0 .6rem }
</style>
<h1>modelregistry</h1>
<p>Version ${escapeHtml(version)} is running here. It keeps experiments, runs, models and their files for MLflow clients.</p>
<h2>Use it from Python</h2>
<pre>pip install mlflow
export MLFLOW_TRACKING_URI=${address}</pre>
<pre>import mlflow

with mlflow.start_run():
    mlflow.log_metric("loss", 0.25)</pre>
<h2>Where to go</h2>
<dl>
  <dt><a href="/health">/health</a></dt><dd>Says OK while the server answers.</dd>
  <dt><a href="/version">/version</a></dt><dd>The MLflow version whose API is spoken here.</dd>
  <dt>/api/2.0/mlflow, /api/3.0/mlflow</dt><dd>The REST API of MLflow: tracking, model registry, logged models.</dd>
  <dt>/api/2.0/mlflow-artifacts</dt><dd>The files of runs and models.</dd>
</dl>
<p>There are no pages for browsing runs and models yet: links that MLflow prints, such as
<code>${address}/#/experiments/0</code>, lead here.</p>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
