import { type Difference, type ImportReport, type Problem, pluralOf } from "../importers/report.ts";
import { inMegabytes } from "./amounts.ts";

/** What an import did, as `--report` writes it. */
export interface ImportSummary {
  /** Without secrets. */
  source: string;
  dataDirectory: string;
  dryRun: boolean;
  startTime: string;
  report: ImportReport;
  /** Why it stopped before its end. */
  error?: string;
}

/** Most lines of one list that a terminal gets; the file has all. */
const MOST_LINES = 20;

const COLUMNS = ["found", "copied", "alreadyThere", "notCopied"] as const;
const HEADS = ["found", "copied", "already there", "not copied"];

/** The report for a person. */
export function describeReport(summary: ImportSummary): string {
  const { source, dataDirectory, dryRun, report } = summary;
  const done = dryRun ? "Would copy" : "Copied";
  return [
    `${done} from ${source} to ${dataDirectory}:`,
    "",
    ...table(report),
    ...(report.bytes > 0 ? [`  files                ${inMegabytes(report.bytes).padStart(15)}`] : []),
    ...list("Not copied", report.notCopied, describeProblem),
    ...list("Copied without a part", report.incomplete, describeProblem),
    ...list("Copied with a difference", report.differences, describeDifference),
    ...list("To know", [...report.remarks], (remark) => remark),
    "",
    conclusion(summary),
  ].join("\n");
}

function conclusion({ report: { complete }, dryRun, error }: ImportSummary): string {
  if (error !== undefined) return "It stopped before its end.";
  if (dryRun) return complete ? "Everything can be copied." : "Not everything can be copied: see above what to do.";
  return complete ? "Everything that was found is here." : "Not everything is here: see above what to do.";
}

function table({ counts }: ImportReport): string[] {
  const rows = [...counts].filter(([, { found }]) => found > 0);
  const cells = rows.map(([kind, row]) => [
    pluralOf(kind),
    ...COLUMNS.map((column) => row[column].toLocaleString("en")),
  ]);
  return [["", ...HEADS], ...cells].map(([head = "", ...rest]) =>
    `  ${head.padEnd(21)}${rest.map((cell) => cell.padStart(15)).join("")}`.trimEnd(),
  );
}

function list<Item>(title: string, items: readonly Item[], describe: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  const lines = items.slice(0, MOST_LINES).map((item) => `  ${describe(item)}`);
  const more = items.length - lines.length;
  return [
    "",
    `${title}:`,
    ...lines,
    ...(more > 0 ? [`  and ${more.toLocaleString("en")} more: --report FILE has all`] : []),
  ];
}

function describeProblem({ kind, id, name, reason, advice }: Problem): string {
  return `${kind} ${id} ${JSON.stringify(name)}: ${reason}. ${advice}`;
}

function describeDifference({ kind, id, name, difference }: Difference): string {
  return `${kind} ${id} ${JSON.stringify(name)}: ${difference}`;
}
