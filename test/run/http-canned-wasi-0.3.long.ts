/** Canned responses of WASI 0.3 beside other streams of ours and those of 0.2, for what the types have, and for a program in Rust. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inspect, type Options } from "../../src/index.ts";
import { rawGuest, WASI_03, WASI_BOTH } from "../guests/index.ts";
import { RUST_MISSING, rust } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, expectValid, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { expectValid03 } from "./wasi-0.3-cases.ts";
import { networkCommand, SMALL_BODY, sumOf } from "./wasi-0.3-network.ts";

const ALLOWED: Options = { stdout: "allow", allowArgs: true };
const BODY = "a body of more than one read";

let server: Server;
let here: string;
/** What the host prints of the program that uses all of the types. */
let byHost: string | undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    const headers = ["content-type", "text/x", "set-cookie", "a=1", "set-cookie", "b=2"];
    request.resume().on("end", () => response.writeHead(202, headers).end(BODY));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [wasmtime] = newestHosts;
  const plain = virtualized(await rawGuest("later-responses", WASI_03), { ...ALLOWED, allowHttp: true });
  if (wasmtimeCli() !== undefined) byHost = (await wasmtime?.run(plain, { args: [here] }))?.stdout;
}, BUILD_MILLISECONDS);
afterAll(() => server.close());

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  const printed = async (output: Uint8Array, args: readonly string[]): Promise<string> => {
    const { stdout, stderr, trap } = await run(output, { args });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout;
  };

  test("what is found in all of the types is what Wasmtime's own HTTP has", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(byHost === undefined);
    const output = virtualized(await rawGuest("later-responses", WASI_03), {
      ...ALLOWED,
      httpCanned: [
        {
          method: "POST",
          url: "http://127.0.0.1:*/v1/x",
          status: 202,
          headers: { "Content-Type": "text/x", "Set-Cookie": ["a=1", "b=2"] },
          body: BODY,
        },
      ],
    });
    expect(await printed(output, [here])).toBe(byHost);
    expect(byHost?.split("\n").length).toBeGreaterThan(50);
  });

  const one: Options = { httpCanned: [{ url: "http://api.test/*", body: "abcdefghijklm" }] };

  test.each<Options>([{}, { tmpfs: [{ path: "/t" }] }, { httpAllow: ["http://api.test/*"] }])(
    "a program of 0.2 and 0.3 gets answers by both, with %j",
    { timeout: RUN_MILLISECONDS },
    async (more) => {
      const output = virtualized(await rawGuest("both-http", WASI_BOTH), { ...ALLOWED, ...one, ...more });
      await expectValid(output);
      expect(await printed(output, ["/x"])).toBe("abcabcdefdefghighijkljklmm");
    },
  );

  test("many requests one after the other, beside files that can be written", { timeout: RUN_MILLISECONDS }, async () => {
    const requests = Array.from({ length: 100 }, (_, i) => `POST|HTTP|api.test|/${i}|${"a body".repeat(i)}`);
    const output = virtualized(await rawGuest("later-requests", WASI_03), {
      ...ALLOWED,
      ...one,
      stdout: "ignore",
      tmpfs: [{ path: "/t" }],
    });
    await expectValid03(output);
    expect(await printed(output, requests)).toBe("");
    const allowed = virtualized(await rawGuest("later-requests", WASI_03), { ...ALLOWED, ...one, tmpfs: [{ path: "/t" }] });
    expect(await printed(allowed, requests)).toBe("200 abcdefghijklm\n".repeat(100));
  });

  test("a program in Rust sends an embedded file, and gets an answer each time", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    const body = "0123456789".repeat(70_000);
    const canned: Options = { httpCanned: [{ method: "POST", url: "http://127.0.0.1:*/*", body }] };
    for (const more of [{}, { httpAllow: ["http://127.0.0.1:*/*"], httpHeaders: { Authorization: "secret" } }]) {
      const output = await networkCommand(SMALL_BODY, { ...canned, ...more });
      await expectValid(output);
      expect(await printed(output, ["get,get", "80"])).toBe(`200 ${body.length} ${sumOf(Buffer.from(body))}\n`.repeat(2));
      expect((await importsOf(output)).filter((name) => name.includes("http"))).toEqual([]);
    }
    const refused = await networkCommand(SMALL_BODY, { ...canned, httpAllow: ["http://127.0.0.1:81/*"] });
    expect(await printed(refused, ["get", "80"])).toBe("ErrorCode::HttpRequestDenied\n");
    expect(inspect(refused).reach).toEqual(["environment", "stdout"]);
  });
});
