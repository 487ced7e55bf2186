import type { FastifyReply } from "fastify";

/** Scripts and frames have no business on these pages, and nothing comes from elsewhere. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface HtmlPage {
  title: string;
  /** More rules than every page has. */
  style?: string;
  /** HTML. */
  content: string;
}

/** Answers with a page for a person's browser. */
export function sendPage(reply: FastifyReply, page: HtmlPage): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", CONTENT_SECURITY_POLICY)
    .header("x-content-type-options", "nosniff")
    .send(render(page));
}

function render({ title, style = "", content }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
  pre { padding: .8rem 1rem; border: 1px solid #8886; border-radius: .4rem; overflow-x: auto }
${style}</style>
${content}
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
