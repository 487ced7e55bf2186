import type { JsonSchema } from "../../protocols/json-schema.ts";
import { type Content, type OpenApiDocument, type OpenApiOperation, parameterSchema } from "../../protocols/openapi.ts";
import { escapeHtml, type HtmlPage } from "./html.ts";

/** A link to another page. */
export interface Link {
  href: string;
  text: string;
}

interface Entry {
  method: string;
  path: string;
  operation: OpenApiOperation;
}

const STYLE = `  body { max-width: 60rem }
  table { border-collapse: collapse; width: 100% } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top }
  tr + tr { border-top: 1px solid #8884 } th { font-weight: 600 } section { margin: 2.5rem 0 }
  h3 code { font-size: 1rem } nav ul { columns: 18rem; padding-left: 1.2rem }
`;

/** A page for people, made from an OpenAPI document; each operation and each schema has an anchor of its name. */
export function referencePage({ info, paths, components }: OpenApiDocument, links: readonly Link[]): HtmlPage {
  const entries = entriesOf(paths);
  const schemas = Object.entries(components.schemas).toSorted(([a], [b]) => a.localeCompare(b));
  const content = [
    `<h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>`,
    `<p>${inText(info.description)} This page: ${links.map(linkTo).join(", ")}.</p>`,
    contents(
      "Operations",
      entries.map(({ operation }) => operation.operationId),
    ),
    contents(
      "Schemas",
      schemas.map(([name]) => name),
    ),
    ...entries.map(operationSection),
    ...schemas.map(([name, schema]) => schemaSection(name, schema)),
  ];
  return { title: `${info.title} ${info.version}`, style: STYLE, content: content.join("\n") };
}

function entriesOf(paths: OpenApiDocument["paths"]): Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function contents(title: string, names: readonly string[]): string {
  const items = names.map((name) => `<li>${linkTo({ href: `#${name}`, text: name })}</li>`);
  return `<nav><h2>${title}</h2><ul>${items.join("")}</ul></nav>`;
}

function operationSection({ method, path, operation }: Entry): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return `<section id="${operationId}"><h3>${operationId} <code>${method} ${escapeHtml(path)}</code></h3>
<p>${inText(summary)}. ${inText(description ?? "")}</p>
${table(parameters.map((each) => [code(each.name), typeOf(parameterSchema(each)), inText(each.description)]))}
${requestBody === undefined ? "" : `<p>Body: ${contentType(requestBody.content)}</p>`}
${table(
  Object.entries(responses).map(([status, { content, description }]) => [
    status,
    content === undefined ? "" : contentType(content),
    inText(description),
  ]),
)}</section>`;
}

function schemaSection(name: string, schema: JsonSchema): string {
  const { description, properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([field, property]) => [
    code(field),
    typeOf(property) + notes(property, required.includes(field)),
    inText(property.description ?? ""),
  ]);
  return `<section id="${name}"><h3>${name}</h3>
<p>${description === undefined ? "" : inText(description)}${rows.length === 0 ? ` ${typeOf(schema)}` : ""}</p>
${table(rows)}</section>`;
}

function notes({ readOnly, maxLength }: JsonSchema, required: boolean): string {
  return [
    required ? ", required" : "",
    readOnly ? ", read-only" : "",
    maxLength === undefined ? "" : `, up to ${maxLength} characters`,
  ].join("");
}

/** JSON is what is meant where nothing is said. */
function contentType(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (type === "application/json" ? typeOf(schema) : `${code(type)} ${typeOf(schema)}`))
    .join(" or ");
}

function typeOf(schema: JsonSchema): string {
  const { $ref, type, format, items, additionalProperties } = schema;
  const variants = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if ($ref !== undefined) return linkTo(toComponent($ref));
  if (variants !== undefined) return variants.map(typeOf).join(" or ");
  if (schema.enum !== undefined) return schema.enum.map(code).join(" or ");
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (additionalProperties) return `map of ${typeOf(additionalProperties)}`;
  return `${type ?? "anything"}${format === undefined ? "" : ` (${format})`}`;
}

function toComponent(reference: string): Link {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return { href: `#${name}`, text: name };
}

function table(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return `<table>${lines.join("")}</table>`;
}

function linkTo({ href, text }: Link): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
}

/** Prose of the document, with code between backticks. */
function inText(markdown: string): string {
  return escapeHtml(markdown).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}
