import { arch, cpus, platform, totalmem } from "node:os";
import type { Results } from "./results.ts";
import type { Row, Workload } from "./workload.ts";

const CONTESTANTS = ["ours", "official as shipped", "official fair", "bare loop"];

/** The results as a Markdown page: machine, command, table, complaints. */
export function report(workloads: readonly Workload[], results: Results, commandLine: string): string {
  const head = ["workload", "unit", ...CONTESTANTS, "ratio to fair", "goal", "met"];
  const rows = workloads.flatMap((workload) => workload.rows).map((row) => cells(row, results));
  const table = [head, head.map(() => "---"), ...rows].map((line) => `| ${line.join(" | ")} |`);
  const complaints = results.complaints.map((complaint) => `- ${complaint}`);
  return [
    "# Results",
    "",
    `Made by \`${commandLine}\` on ${new Date().toISOString().slice(0, 10)}.`,
    "",
    `Machine: ${machine()}. Figures are medians of the rounds; contestants take turns in every round.`,
    "`official` is `mlflow server` 3.17.2 on SQLite: as shipped, and in its fair form (TCP_NODELAY set, job runners",
    "off; one worker where start and idle memory are measured). `bare loop` is `bench/bare-loop.ts`.",
    "",
    ...table,
    "",
    complaints.length > 0
      ? "Failures and differences:"
      : "All contestants gave the same answers (ids and times masked).",
    ...complaints,
    "",
  ].join("\n");
}

function cells(row: Row, results: Results): string[] {
  const verdicts = row.goals.map((goal) => results.verdict(row, goal));
  const ratio = results.ratio(row, "official fair");
  return [
    row.title,
    row.unit,
    ...CONTESTANTS.map((name) => number(results.figure(row.id, name))),
    ratio === undefined ? "–" : `${number(ratio)} ×`,
    verdicts.map((verdict) => verdict.text).join("; ") || "–",
    verdicts.map((verdict) => yesOrNo(verdict.met)).join("; ") || "–",
  ];
}

function yesOrNo(met: boolean | undefined): string {
  if (met === undefined) return "–";
  return met ? "yes" : "**no**";
}

/** Three significant digits, thousands grouped. */
export function number(value: number | undefined): string {
  if (value === undefined) return "–";
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, ${platform()} ${arch()}, Node ${process.version}`;
}
