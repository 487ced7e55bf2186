import { openArtifact } from "../../../core/ops/artifacts.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { planFileAnswer } from "../../file-answer.ts";
import type { RouteAnswer, RouteCall } from "../../route.ts";
import { contentHeaders } from "./content-headers.ts";

/** The bytes of one file of the tree, or the part that `Range` asks for. Throws `notFound`, `notAFile`. */
export async function downloadAnswer(context: OperationContext, path: string, call: RouteCall): Promise<RouteAnswer> {
  const { plan, bytes } = await openArtifact(context, path, (file) => planFileAnswer(file, call.headers));
  return { status: plan.status, headers: { ...contentHeaders(path), ...plan.headers }, body: bytes };
}

/** The same without the bytes. */
export async function downloadHeadAnswer(
  context: OperationContext,
  path: string,
  call: RouteCall,
): Promise<RouteAnswer> {
  const { plan } = await openArtifact(context, path, (file) => ({
    ...planFileAnswer(file, call.headers),
    wanted: "nothing" as const,
  }));
  return { status: plan.status, headers: { ...contentHeaders(path), ...plan.headers }, body: undefined };
}
