import type { Category, Expectation, IntendedDifference } from "./intended.ts";

const BEGIN = "<!-- intended differences: begin (written by conformance/differential/write-quirks.ts) -->";
const END = "<!-- intended differences: end -->";

/** What each category means, in the order of the page. */
const CATEGORIES: Record<Category, string> = {
  "upstream answers 500":
    "Upstream fails inside, and a client that retries 5xx stalls for minutes. Here it is a 4xx that says what to change.",
  "upstream drops a field":
    "Upstream answers 200 and ignores a value that it can't parse, often with every field after it. Here it is a 400 that names the field.",
  "upstream ignores a broken body":
    "Upstream takes a body that isn't JSON for an empty object. Here it is a 400 that says so.",
  "upstream shows internals": "Upstream's message repeats SQL, Python internals or paths. Here it says what to change.",
  "upstream is inconsistent": "Upstream treats like cases differently, or by accident of its parser.",
  "we accept more": "A request that upstream refuses works here.",
  "we refuse what is unsafe": "Upstream lets it pass.",
  other: "Neither better nor worse, and no client depends on it.",
};

/** The page with the text between the markers made anew. */
export function replaceSection(page: string, differences: readonly IntendedDifference[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`The page needs the markers\n${BEGIN}\n${END}`);
  return `${before}${BEGIN}\n\n${renderDifferences(differences)}\n${END}${after}`;
}

function renderDifferences(differences: readonly IntendedDifference[]): string {
  return Object.entries(CATEGORIES)
    .map(([category, meaning]) => ({
      category,
      meaning,
      members: differences.filter((one) => one.category === category),
    }))
    .filter(({ members }) => members.length > 0)
    .map(({ category, meaning, members }) => renderCategory(category, meaning, members))
    .join("\n");
}

function renderCategory(category: string, meaning: string, members: readonly IntendedDifference[]): string {
  const title = `${category.charAt(0).toUpperCase()}${category.slice(1)}`;
  const rows = members.map(
    ({ reason, ours, steps }) => `| ${tableText(reason)} | ${describe(ours)} | ${tableText(list(steps))} |`,
  );
  const table = ["| what upstream does, what we do | our answer | checked by |", "| --- | --- | --- |", ...rows];
  return `### ${title}\n\n${meaning}\n\n${table.join("\n")}\n`;
}

function describe({ status, errorCode }: Expectation): string {
  return errorCode === undefined ? String(status) : `${status} ${errorCode}`;
}

function list(steps: Record<string, string[]>): string {
  return Object.entries(steps)
    .map(([scenario, names]) => `*${scenario}*: ${names.join(", ")}`)
    .join("; ");
}

function tableText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("{{", "{ {");
}
