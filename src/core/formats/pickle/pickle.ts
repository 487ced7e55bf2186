import type { Format } from "../source.ts";
import { readPickles } from "./pickle-facts.ts";

const PROTO = 0x80;

/** Names under which pickles are kept. Weights of other formats have some of them too. */
const PICKLE_NAMES = /\.(pkl|pickle|joblib|p|sav|pt|pth|ckpt|dat|cloudpickle|dill)$/;

/** What a pickle without a protocol number may begin with: a value, a mark, an import, a collection. */
const FIRST_OPCODES = "(]}cFGIJKLMNPSTUVX)";

/**
 * Pickles begin with a protocol number since Python 2.3, those of protocols 0 and 1 with anything: these are recognised by being
 * whole, or by what they import under such a name.
 */
export const pickle: Format = {
  name: "unknown",
  recognises: ({ head }) => declaresProtocol(head) || FIRST_OPCODES.includes(String.fromCharCode(head[0] ?? 0)),
  async read(source, facts) {
    const { facts: found, ended, trailingBytes } = await readPickles(source.file);
    const imports = Array.isArray(found.imports) && found.imports.length > 0;
    const whole = ended && (trailingBytes === 0 || imports);
    if (whole || declaresProtocol(source.head) || (imports && PICKLE_NAMES.test(source.name)))
      Object.assign(facts, found);
  },
};

function declaresProtocol(head: Uint8Array): boolean {
  return head[0] === PROTO && (head[1] ?? 0xff) <= 5;
}
