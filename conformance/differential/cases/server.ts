import { get, post, scenario } from "../steps.ts";
import type { Method, Scenario, Step } from "../types.ts";

function bare(name: string, method: Method, path: string, headers: Record<string, string> = {}): Step {
  return { name, method, path, headers };
}

export const serverScenarios: Scenario[] = [
  scenario(
    "server",
    get("health", "/health"),
    get("version", "/version"),
    get("server info", "/api/3.0/mlflow/server-info"),
    get("server info for the UI", "/ajax-api/3.0/mlflow/server-info"),
    get("server info at 2.0", "/api/2.0/mlflow/server-info"),
    post("health by POST", "/health", {}),
    post("version by POST", "/version", {}),
    bare("health by HEAD", "HEAD", "/health"),
  ),
  scenario(
    "server: unknown paths and wrong methods",
    get("unknown path", "/nothing/here"),
    get("unknown operation", "experiments/nothing"),
    post("unknown operation by POST", "experiments/nothing", {}),
    get("unknown api version", "/api/9.0/mlflow/experiments/get", { experiment_id: "0" }),
    get("trailing slash", "experiments/get/", { experiment_id: "0" }),
    get("double slash", "/api/2.0//mlflow/experiments/get", { experiment_id: "0" }),
    get("double slash in front", "//api/2.0/mlflow/experiments/get", { experiment_id: "0" }),
    get("upper case", "/API/2.0/MLFLOW/EXPERIMENTS/GET", { experiment_id: "0" }),
    get("experiments/create by GET", "experiments/create", { name: "x" }),
    get("runs/search by GET", "runs/search", {}),
    post("runs/get by POST", "runs/get", { run_id: "x" }),
    bare("runs/get by DELETE", "DELETE", "/api/2.0/mlflow/runs/get"),
    bare("experiments/get by PUT", "PUT", "/api/2.0/mlflow/experiments/get"),
    bare("registered-models/create by PATCH", "PATCH", "/api/2.0/mlflow/registered-models/create"),
    bare("experiments/get by HEAD", "HEAD", "/api/2.0/mlflow/experiments/get?experiment_id=0"),
    bare("OPTIONS", "OPTIONS", "/api/2.0/mlflow/experiments/create", {
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
    }),
    bare("cross-site POST", "POST", "/api/2.0/mlflow/experiments/create", {
      origin: "http://evil.example",
      "content-type": "application/json",
    }),
  ),
];
