/** `wasi-nest serve`: answers HTTP with a component, on this Node or on Wasmtime. */
import { UsageError } from "../../errors.ts";
import type { Manual } from "../help.ts";
import { SERVE_GROUPS, SERVE_OPTIONS, type ServeGiven } from "../options.ts";
import { say } from "../terminal.ts";
import { readyToRun } from "./run.ts";

export const SERVE_MANUAL: Manual = {
  usage: ["$0 serve <component> [options]"],
  purpose:
    "Answers HTTP with a component that exports `wasi:http/incoming-handler` of WASI 0.2 or `wasi:http/handler` of 0.3. Each request has an instance of its own. Without options, the handler has the host's environment and network. With any option of `wasi-nest`, a policy or a profile, it is virtualized first, in memory: then it can answer, and write to standard output and standard error, and everything else that no option gives is denied.",
  options: SERVE_OPTIONS,
  groups: SERVE_GROUPS,
  examples: [
    ["$0 serve server.wasm --mount /www=./www", "Serve the files of a directory on http://127.0.0.1:8000/"],
    ["$0 serve server.wasm --env MODE=test --port 8080", "With a variable, and nothing else of the host's"],
    ["$0 serve server.wasm --allow-clocks --http-allow https://api.example.com/*", "Let it ask for the time, and send these requests"],
  ],
  epilogue: ["It goes on until it is interrupted (Ctrl-C)."],
};

const LARGEST_PORT = 65_535;

export async function serveFile(path: string, given: ServeGiven): Promise<void> {
  const port = portOf(given.port ?? "8000");
  const hostname = given.hostname ?? "127.0.0.1";
  const { component, directories } = await readyToRun(path, given, { verb: "serve", args: [] });
  const { decoding, programName } = await import("../read-component.ts");
  await decoding(path, async () => {
    if (given.host === "wasmtime") {
      const { serveOnWasmtime } = await import("../../node/wasmtime.ts");
      process.exitCode = await serveOnWasmtime(component, { directories, hostname, port });
      return;
    }
    const { serveComponent } = await import("../../node/serve-component.ts");
    const { sayFailure } = await import("../failure.ts");
    const options = { arg0: programName(path), directories, hostname, port, onFailure: sayFailure };
    const chosen = await serveComponent(component, options);
    say([`serving ${path} on http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${chosen}/`]);
  });
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= LARGEST_PORT) return Number(text);
  throw new UsageError(`\`--port ${text}\` is not a whole number from 0 to ${LARGEST_PORT}`);
}
