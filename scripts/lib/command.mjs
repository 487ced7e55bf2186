import { endEverythingOnSignals } from "./processes.mjs";
import { SetupError, say } from "./project.mjs";

/**
 * Runs a command's main function: a `SetupError` becomes a sentence and exit code 1, anything else keeps its stack.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runCommand(main) {
  endEverythingOnSignals();
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
