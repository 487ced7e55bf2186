import type { ApiVersion } from "./api-versions.ts";
import type { KubeflowOperation } from "./operation.ts";
import type { Resources } from "./schema/fields.ts";
import { LIST_PARAMETERS } from "./wire/list-query.ts";
import type { QueryParameter } from "./wire/query.ts";

type Action = "find" | "list" | "create" | "get" | "update" | "remove";

/** How a resource is called and where it is, in the contract's words. */
export interface ResourceNames {
  /** The contract's operationIds. */
  readonly operations: Readonly<Record<Action, string>>;
  /** What one and several are called in sentences, with the article of one. */
  readonly called: { readonly article: "a" | "an"; readonly one: string; readonly many: string };
  /** Paths: to find one, and of all. `id` is the parameter that names one. */
  readonly paths: { readonly one: string; readonly many: string; readonly id: string };
  readonly resource:
    | "registered-model"
    | "model-version"
    | "experiment"
    | "run"
    | "serving-environment"
    | "inference-service"
    | "asset";
  /** Where the resource is; both versions where nothing is said. */
  readonly versions?: readonly ApiVersion[];
  /** What a name is unique in, where it is not the kind. */
  readonly parent?: string;
  /** Which ones can be removed, and what goes with them. */
  readonly removal: string;
}

export interface Resource extends ResourceNames {
  readonly schema: Resources;
  /** Parameters of the list beside those of every list. */
  readonly listParameters?: readonly QueryParameter[];
  readonly handlers: Readonly<Record<Action, KubeflowOperation["handle"]>>;
}

/** The operations that every resource has: find, list, create, get, update, and remove, which is this server's addition. */
export function resourceOperations(resource: Resource): KubeflowOperation[] {
  const { versions } = resource;
  const operations = [...readOperations(resource), ...writeOperations(resource)];
  return operations.map((operation) => ({ ...operation, ...(versions && { versions }) }));
}

function readOperations(resource: Resource): KubeflowOperation[] {
  const { operations, called, paths, parent, schema, listParameters = [], handlers } = resource;
  const { article, one, many } = called;
  const permission = `${resource.resource}:read` as const;
  const within = parent === undefined ? "" : ` within ${parent}`;
  return [
    {
      name: operations.find,
      summary: `Find ${article} ${one} by its name${within}, or by its external id`,
      method: "GET",
      path: paths.one,
      permission,
      query: ["name", "externalId", ...(parent === undefined ? [] : (["parentResourceId"] as const))],
      answer: { status: 200, of: schema },
      handle: handlers.find,
    },
    {
      name: operations.list,
      summary: `List ${many}`,
      method: "GET",
      path: paths.many,
      permission,
      query: [...listParameters, ...LIST_PARAMETERS],
      answer: { status: 200, of: schema, list: true },
      handle: handlers.list,
    },
    {
      name: operations.get,
      summary: `Get ${article} ${one}`,
      method: "GET",
      path: `${paths.many}/:${paths.id}`,
      permission,
      answer: { status: 200, of: schema },
      handle: handlers.get,
    },
  ];
}

function writeOperations({
  operations,
  called: { article, one },
  paths,
  resource,
  schema,
  removal,
  handlers,
}: Resource): KubeflowOperation[] {
  const permission = `${resource}:write` as const;
  return [
    {
      name: operations.create,
      summary: `Make ${article} ${one}`,
      method: "POST",
      path: paths.many,
      permission,
      body: { kind: "create", of: schema },
      answer: { status: 201, of: schema },
      handle: handlers.create,
    },
    {
      name: operations.update,
      summary: `Change ${article} ${one}`,
      method: "PATCH",
      path: `${paths.many}/:${paths.id}`,
      permission,
      body: { kind: "update", of: schema },
      answer: { status: 200, of: schema },
      handle: handlers.update,
    },
    {
      name: operations.remove,
      summary: `Remove ${removal}`,
      method: "DELETE",
      path: `${paths.many}/:${paths.id}`,
      permission: `${resource}:delete`,
      answer: { status: 204 },
      handle: handlers.remove,
    },
  ];
}
