/** What becomes of requests that `wasi-nest serve` cannot have answered, and handlers of WASI 0.3. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUILD_MILLISECONDS } from "../run/on-hosts.ts";
import { javascript, RUST_MISSING, rust, rustGuest } from "../guests/index.ts";
import { newestNode, newestNodeAvailable } from "../hosts/jco.ts";
import { NEWEST_NODE_MISSING } from "../hosts/newest-wasi.ts";
import { WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { addressOf, started } from "./serving.ts";
import { temporaryDirectory } from "./wasi-nest.ts";

const HANDLER = `
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from "wasi:http/types@0.2.12";
import { exit } from "wasi:cli/exit@0.2.12";
let count = 0;
export const incomingHandler = {
  handle(request, outparam) {
    const path = request.pathWithQuery();
    if (path === "/trap") throw new Error("on purpose");
    if (path === "/exit") exit({ tag: "ok" });
    if (path === "/nothing") return;
    if (path === "/error") return ResponseOutparam.set(outparam, { tag: "err", val: { tag: "DNS-timeout" } });
    const response = new OutgoingResponse(new Fields());
    const body = response.body();
    ResponseOutparam.set(outparam, { tag: "ok", val: response });
    const out = body.write();
    out.blockingWriteAndFlush(new TextEncoder().encode(String(++count)));
    if (path === "/late") throw new Error("on purpose");
    out[Symbol.dispose]();
    OutgoingBody.finish(body);
  },
};`;

test.for(["jco", "wasmtime"])(
  "each request has an instance of its own, and one that fails ends no other, on %s",
  { timeout: BUILD_MILLISECONDS },
  async (host, { skip }) => {
    skip(host === "wasmtime" && wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
    const cwd = temporaryDirectory();
    const world = "import wasi:http/types@0.2.12; import wasi:cli/exit@0.2.12; export wasi:http/incoming-handler@0.2.12;";
    writeFileSync(join(cwd, "app.wasm"), await javascript(HANDLER, { world }));
    const server = started(["serve", "app.wasm", "--port", "0", "--host", host, "--allow-clocks", "--allow-random", "--allow-exit"], cwd);
    const url = await addressOf(server);
    for (const path of ["trap", "nothing", "error", "exit"]) {
      expect((await fetch(url + path)).status, path).toBe(500);
      expect(await (await fetch(url)).text()).toBe("1");
    }
    const late = await fetch(`${url}late`).then(async (response) => response.text());
    expect(["", "1"]).toContain(late);
    expect(await (await fetch(url)).text()).toBe("1");
    if (host === "jco") {
      const told = server
        .log()
        .split("\n")
        .filter((line) => line.startsWith("wasi-nest: "));
      expect(told).toEqual([
        expect.stringMatching(/^wasi-nest: the component trapped: /),
        "wasi-nest: the handler sent no response",
        "wasi-nest: the handler answers with an error: DNS-timeout",
        "wasi-nest: the handler ended with status 0 instead of answering",
        expect.stringMatching(/^wasi-nest: the component trapped: /),
      ]);
    }
  },
);

test.for(["jco", "wasmtime"])("a handler of WASI 0.3 on %s", { timeout: BUILD_MILLISECONDS }, async (host, { skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  skip(host === "wasmtime" ? wasmtimeCli() === undefined : !newestNodeAvailable(), `${WASMTIME_CLI_MISSING}; ${NEWEST_NODE_MISSING}`);
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await rustGuest("handler"));
  mkdirSync(join(cwd, "www"));
  writeFileSync(join(cwd, "www/a.txt"), "alpha\n".repeat(50_000));
  const server = started(["serve", "app.wasm", "--port", "0", "--host", host, "--mount", "/www=www", "--env", "A=b"], cwd, newestNode);
  const url = await addressOf(server);
  const body = "x".repeat(1_000_000);
  for (let turn = 0; turn < 2; turn++) {
    expect(await (await fetch(`${url}www/a.txt`)).text()).toBe("alpha\n".repeat(50_000));
    expect(await (await fetch(`${url}variables`)).text()).toBe('[("A", "b")]\n');
    expect(await (await fetch(`${url}echo`, { method: "POST", body })).text()).toBe(body);
  }
});
