import type { Route } from "../route.ts";
import { MlflowError } from "./errors.ts";
import { answering } from "./operation.ts";
import { PREFIXES } from "./prefixes.ts";

/** Operations that MLflow's clients know and this server does not serve, with what it says about them. */
interface UnsupportedArea {
  /** A sentence for the person who called one of them. */
  reason: string;
  /** Below `/mlflow`: the contract's operation names by method and path. */
  operations: Readonly<Record<string, string>>;
}

export const unsupportedAreas: readonly UnsupportedArea[] = [
  {
    reason: "This server does not keep traces and assessments yet.",
    operations: {
      "POST /traces": "startTrace, startTraceV3",
      "GET /traces": "searchTraces",
      "GET /traces/get": "getTrace",
      "GET /traces/batchGet": "batchGetTraces",
      "POST /traces/batchGetInfos": "batchGetTraceInfos",
      "POST /traces/search": "searchTracesV3",
      "POST /traces/link-to-run": "linkTracesToRun",
      "POST /traces/link-prompts": "linkPromptsToTrace",
      "POST /traces/delete-traces": "deleteTraces, deleteTracesV3",
      "POST /traces/calculate-filter-correlation": "calculateTraceFilterCorrelation",
      "POST /traces/metrics": "queryTraceMetrics",
      "PATCH /traces/:trace_id": "endTrace",
      "GET /traces/:trace_id": "getTraceInfoV3",
      "GET /traces/:trace_id/info": "getTraceInfo",
      "PATCH /traces/:trace_id/tags": "setTraceTag, setTraceTagV3",
      "DELETE /traces/:trace_id/tags": "deleteTraceTag, deleteTraceTagV3",
      "POST /traces/:trace_id/assessments": "createAssessment",
      "GET /traces/:trace_id/assessments/:assessment_id": "GetAssessment",
      "PATCH /traces/:trace_id/assessments/:assessment_id": "updateAssessment",
      "DELETE /traces/:trace_id/assessments/:assessment_id": "deleteAssessment",
      "GET /get-trace-artifact": "getTraceArtifact",
    },
  },
  {
    reason: "This operation exists on Databricks alone; the open-source MLflow server does not serve it either.",
    operations: {
      "GET /unified-traces": "searchUnifiedTraceHandler",
      "GET /get-online-trace-details": "getOnlineTraceDetails",
    },
  },
  {
    reason: "This server has one workspace, 'default', and cannot manage others.",
    operations: {
      "GET /workspaces": "listWorkspaces",
      "POST /workspaces": "createWorkspace",
      "GET /workspaces/:workspace_name": "getWorkspace",
      "PATCH /workspaces/:workspace_name": "updateWorkspace",
      "DELETE /workspaces/:workspace_name": "deleteWorkspace",
    },
  },
  {
    reason: "This server does not keep issues of traces yet.",
    operations: {
      "POST /issues": "createIssue",
      "POST /issues/search": "searchIssues",
      "GET /issues/:issue_id": "getIssue",
      "PATCH /issues/:issue_id": "updateIssue",
    },
  },
  {
    reason: "This server does not keep labelling schemas and review queues yet.",
    operations: {
      "POST /label-schemas/create": "createLabelSchema",
      "GET /label-schemas/get": "getLabelSchema",
      "GET /label-schemas/get-by-name": "getLabelSchemaByName",
      "GET /label-schemas/list": "listLabelSchemas",
      "PATCH /label-schemas/update": "updateLabelSchema",
      "DELETE /label-schemas/delete": "deleteLabelSchema",
      "POST /review-queues/create": "createReviewQueue",
      "POST /review-queues/get-or-create-user": "getOrCreateUserQueue",
      "GET /review-queues/get": "getReviewQueue",
      "GET /review-queues/get-by-name": "getReviewQueueByName",
      "GET /review-queues/list": "listReviewQueues",
      "POST /review-queues/update": "updateReviewQueue",
      "POST /review-queues/delete": "deleteReviewQueue",
      "POST /review-queues/items/add": "addItemsToReviewQueue",
      "POST /review-queues/items/remove": "removeItemsFromReviewQueue",
      "GET /review-queues/items/list": "listReviewQueueItems",
      "POST /review-queues/items/set-status": "setReviewQueueItemStatus",
    },
  },
  {
    reason: "This server does not keep scorers and runs no evaluation jobs.",
    operations: {
      "POST /scorers/register": "registerScorer",
      "GET /scorers/list": "listScorers",
      "GET /scorers/versions": "listScorerVersions",
      "GET /scorers/get": "getScorer",
      "DELETE /scorers/delete": "deleteScorer",
      "POST /scorer/invoke": "invokeScorer",
      "POST /genai/evaluate/invoke": "invokeGenaiEvaluate",
      "POST /issues/invoke": "invokeIssueDetection",
      "POST /prompt-optimization/jobs": "createPromptOptimizationJob",
      "GET /prompt-optimization/jobs/:job_id": "getPromptOptimizationJob",
      "DELETE /prompt-optimization/jobs/:job_id": "deletePromptOptimizationJob",
      "POST /prompt-optimization/jobs/:job_id/cancel": "cancelPromptOptimizationJob",
      "POST /prompt-optimization/jobs/search": "searchPromptOptimizationJobs",
      "GET /prompt-optimization/jobs/search": "searchPromptOptimizationJobs",
      "GET /jobs/:job_id": "getJobFlask",
      "PATCH /jobs/cancel/:job_id": "cancelJobFlask",
    },
  },
  {
    reason: "This server is a registry and has no AI gateway.",
    operations: {
      "POST /gateway/secrets/create": "createGatewaySecret",
      "GET /gateway/secrets/get": "getGatewaySecretInfo",
      "POST /gateway/secrets/update": "updateGatewaySecret",
      "DELETE /gateway/secrets/delete": "deleteGatewaySecret",
      "GET /gateway/secrets/list": "listGatewaySecretInfos",
      "POST /gateway/endpoints/create": "createGatewayEndpoint",
      "GET /gateway/endpoints/get": "getGatewayEndpoint",
      "POST /gateway/endpoints/update": "updateGatewayEndpoint",
      "DELETE /gateway/endpoints/delete": "deleteGatewayEndpoint",
      "GET /gateway/endpoints/list": "listGatewayEndpoints",
      "POST /gateway/endpoints/models/attach": "attachModelToEndpoint",
      "POST /gateway/endpoints/models/detach": "detachModelFromEndpoint",
      "POST /gateway/endpoints/bindings/create": "createEndpointBinding",
      "DELETE /gateway/endpoints/bindings/delete": "deleteEndpointBinding",
      "GET /gateway/endpoints/bindings/list": "listEndpointBindings",
      "POST /gateway/endpoints/set-tag": "setGatewayEndpointTag",
      "DELETE /gateway/endpoints/delete-tag": "deleteGatewayEndpointTag",
      "POST /gateway/model-definitions/create": "createGatewayModelDefinition",
      "GET /gateway/model-definitions/get": "getGatewayModelDefinition",
      "GET /gateway/model-definitions/list": "listGatewayModelDefinitions",
      "POST /gateway/model-definitions/update": "updateGatewayModelDefinition",
      "DELETE /gateway/model-definitions/delete": "deleteGatewayModelDefinition",
      "POST /gateway/budgets/create": "createBudgetPolicy",
      "GET /gateway/budgets/get": "getBudgetPolicy",
      "POST /gateway/budgets/update": "updateBudgetPolicy",
      "DELETE /gateway/budgets/delete": "deleteBudgetPolicy",
      "GET /gateway/budgets/list": "listBudgetPolicies",
      "GET /gateway/budgets/windows": "listBudgetWindows",
      "POST /gateway/guardrails/create": "createGatewayGuardrail",
      "GET /gateway/guardrails/get": "getGatewayGuardrail",
      "DELETE /gateway/guardrails/delete": "deleteGatewayGuardrail",
      "GET /gateway/guardrails/list": "listGatewayGuardrails",
      "POST /gateway/guardrails/add-to-endpoint": "addGuardrailToEndpoint",
      "DELETE /gateway/guardrails/remove-from-endpoint": "removeGuardrailFromEndpoint",
      "GET /gateway/guardrails/list-for-endpoint": "listEndpointGuardrailConfigs",
      "PATCH /gateway/guardrails/update-config": "updateEndpointGuardrailConfig",
      "GET /gateway-proxy": "gatewayProxy",
      "POST /gateway-proxy": "gatewayProxy",
      "POST /runs/create-promptlab-run": "createPromptlabRun",
    },
  },
  {
    reason: "This server does not deliver webhooks yet.",
    operations: {
      "POST /webhooks": "createWebhook",
      "GET /webhooks": "listWebhooks",
      "GET /webhooks/:webhook_id": "getWebhook",
      "PATCH /webhooks/:webhook_id": "updateWebhook",
      "DELETE /webhooks/:webhook_id": "deleteWebhook",
      "POST /webhooks/:webhook_id/test": "testWebhook",
    },
  },
  {
    reason: "This server has no demonstration data.",
    operations: { "POST /demo/generate": "demoGenerate", "POST /demo/delete": "demoDelete" },
  },
];

/** A route for each of them, which says NOT_IMPLEMENTED and why. */
export const unsupportedRoutes: readonly Route[] = unsupportedAreas.flatMap(({ reason, operations }) =>
  Object.entries(operations).flatMap(([methodAndPath, name]) => {
    const [method, path] = methodAndPath.split(" ") as [Route["method"], string];
    return PREFIXES.map((prefix) => ({
      operation: name,
      method,
      path: `${prefix}/mlflow${path}`,
      permission: "public" as const,
      body: "buffered" as const,
      runsOn: "main" as const,
      handle: answering(async () => {
        throw new MlflowError("NOT_IMPLEMENTED", reason);
      }),
    }));
  }),
);
