// npm run example: trains, registers and serves a model with the real mlflow client. Flags go to the Python script.

import { runCommand } from "./lib/command.mjs";
import { ensureNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { runInForeground } from "./lib/processes.mjs";
import { say } from "./lib/project.mjs";
import { ensurePython } from "./lib/python.mjs";
import { isAnswering, startOurServer } from "./lib/servers.mjs";

const DEFAULT_URL = "http://127.0.0.1:5000";

await runCommand(async () => {
  const python = await ensurePython("mlflow-3.17");
  const { url, stop } = await findServer();
  try {
    const env = { ...process.env, MLFLOW_TRACKING_URI: url, PYTHONUNBUFFERED: "1" };
    return await runInForeground(python, ["examples/train_and_register.py", ...process.argv.slice(2)], env);
  } finally {
    await stop();
  }
});

/** The server that MLFLOW_TRACKING_URI names, else the one that `npm start` runs, else a new one for this run alone. */
async function findServer() {
  const nothingToStop = async () => {};
  const named = process.env.MLFLOW_TRACKING_URI;
  if (named) return { url: named, stop: nothingToStop };
  if (await isAnswering(DEFAULT_URL)) return { url: DEFAULT_URL, stop: nothingToStop };
  await ensureNodeModules();
  const server = await startOurServer(await ensureNode());
  say(`No server answers at ${DEFAULT_URL}: started one for this run at ${server.url}, with throw-away data`);
  return server;
}
