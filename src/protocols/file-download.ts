import type { ArtifactFile } from "../core/model/artifacts.ts";
import { openArtifact } from "../core/ops/artifacts.ts";
import type { OperationContext } from "../core/ops/context.ts";
import { contentHeaders } from "./content-headers.ts";
import { type FilePlan, planFileAnswer } from "./file-answer.ts";
import type { RouteAnswer, RouteCall } from "./route.ts";

/** Answers with one file of the tree. Throws `notFound`, `notAFile`. */
export type AnswerFile = (context: OperationContext, path: string, call: RouteCall) => Promise<RouteAnswer>;

/** The bytes of one file of the tree, or the part that `Range` asks for. */
export const downloadAnswer: AnswerFile = (context, path, call) =>
  answerFile(context, path, (file) => planFileAnswer(file, call.headers));

/** The same without the bytes. */
export const downloadHeadAnswer: AnswerFile = (context, path, call) =>
  answerFile(context, path, (file) => ({ ...planFileAnswer(file, call.headers), wanted: "nothing" }));

async function answerFile(
  context: OperationContext,
  path: string,
  planOf: (file: ArtifactFile) => FilePlan,
): Promise<RouteAnswer> {
  const { plan, bytes } = await openArtifact(context, path, planOf);
  return { status: plan.status, headers: { ...contentHeaders(path), ...plan.headers }, body: bytes };
}
