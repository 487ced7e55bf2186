import { setTimeout as sleep } from "node:timers/promises";
import { compareAnswers, type Difference } from "./compare.ts";
import { send } from "./http-client.ts";
import { type IntendedDifference, stepKey, violations } from "./intended.ts";
import { Normaliser } from "./normalise.ts";
import { captureFrom, fillStep } from "./placeholders.ts";
import type { NormalisedAnswer, Scenario, Step } from "./types.ts";

/** How one step went on both servers. `problems` are sentences that are no difference of the answers. */
export interface StepResult {
  key: string;
  step: Step;
  official: NormalisedAnswer | undefined;
  ours: NormalisedAnswer | undefined;
  differences: Difference[];
  problems: string[];
  verdict: "same" | "intended" | "failed";
}

/** Runs one scenario on both servers and compares step by step. */
export async function runScenario(
  scenario: Scenario,
  servers: { official: string; ours: string },
  unique: string,
  intended: ReadonlyMap<string, IntendedDifference>,
): Promise<StepResult[]> {
  const [official, ours] = await Promise.all(
    [servers.official, servers.ours].map((baseUrl) => runSteps(scenario, baseUrl, unique)),
  );
  return scenario.steps.map((step, index) => {
    const key = stepKey(scenario.name, step.name);
    return judge(key, step, official?.[index], ours?.[index], intended.get(key));
  });
}

/** One answer per step; an error's text where the request could not be made. */
async function runSteps(scenario: Scenario, baseUrl: string, unique: string): Promise<(NormalisedAnswer | string)[]> {
  const bindings = new Map([
    ["unique", unique],
    ["server", baseUrl],
  ]);
  const normaliser = new Normaliser(baseUrl, unique);
  const answers: (NormalisedAnswer | string)[] = [];
  for (const step of scenario.steps) {
    try {
      if (step.pauseMs) await sleep(step.pauseMs);
      const answer = await send(baseUrl, fillStep(step, bindings));
      captureFrom(step, answer, bindings);
      answers.push(normaliser.normalise(step, answer));
    } catch (error) {
      answers.push(error instanceof Error ? error.message : String(error));
    }
  }
  return answers;
}

function judge(
  key: string,
  step: Step,
  official: NormalisedAnswer | string | undefined,
  ours: NormalisedAnswer | string | undefined,
  intended: IntendedDifference | undefined,
): StepResult {
  if (typeof official !== "object" || typeof ours !== "object") {
    const problems = [
      ...(typeof official === "object" ? [] : [`official server: ${official}`]),
      ...(typeof ours === "object" ? [] : [`our server: ${ours}`]),
    ];
    return { key, step, official: undefined, ours: undefined, differences: [], problems, verdict: "failed" };
  }
  const differences = compareAnswers(official, ours);
  if (!intended) {
    return {
      key,
      step,
      official,
      ours,
      differences,
      problems: [],
      verdict: differences.length === 0 ? "same" : "failed",
    };
  }
  const problems =
    differences.length === 0
      ? ["listed as an intended difference, but the answers are the same: remove the entry"]
      : violations(intended.ours, ours).map((text) => `intended difference, but our answer is not as pinned: ${text}`);
  return { key, step, official, ours, differences, problems, verdict: problems.length === 0 ? "intended" : "failed" };
}
