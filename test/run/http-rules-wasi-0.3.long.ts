/** HTTP rules in front of `client.send` of WASI 0.3, on hosts that have it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS } from "./on-hosts.ts";
import { networkCommand, SMALL_BODY, sumOf } from "./wasi-0.3-network.ts";

let server: Server;
let port: string;
let seen: (string | undefined)[] = [];
let fixed: (string | string[] | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    fixed.push(request.headers["x-fixed"]);
    request.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = String((server.address() as AddressInfo).port);
  if (rust() !== undefined) await rustGuest("network");
}, BUILD_MILLISECONDS);
afterAll(() => server.close());
beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

const limits = { timeout: RUN_MILLISECONDS };

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => {
    skip(missing !== undefined, missing);
    seen = [];
    fixed = [];
  });

  const get = async (options: Options, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const output = await networkCommand(SMALL_BODY, { httpAllow: [`http://127.0.0.1:${port}/*`], ...options });
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args: ["get", port], env });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout;
  };

  test("what a rule allows is sent with its body and a header that is set, and comes back", limits, async () => {
    const [length, sum] = [SMALL_BODY.length, sumOf(SMALL_BODY)];
    expect(await get({ httpHeaders: { Authorization: "Bearer secret" } })).toBe(`200 ${length} ${sum}\n`);
    expect(seen).toEqual(["Bearer secret"]);
  });

  test("the value of a header is that of the host's variable, and without one nothing is sent", limits, async () => {
    const options: Options = { httpHeaders: { "X-Fixed": "1" }, httpHeaderEnv: { Authorization: "TOKEN" } };
    expect(await get(options, { TOKEN: "Bearer of-the-host" })).toBe(`200 ${SMALL_BODY.length} ${sumOf(SMALL_BODY)}\n`);
    expect([seen, fixed]).toEqual([["Bearer of-the-host"], ["1"]]);
    for (const env of [{}, { TOKEN: "" }, { TOKEN: "two\nlines" }, { token: "of another name" }]) {
      expect(await get(options, env)).toBe("ErrorCode::HttpRequestDenied\n");
    }
    expect(seen.length).toBe(1);
  });

  test("what no rule allows is refused", limits, async () => {
    expect(await get({ httpMethods: ["DELETE"] })).toBe("ErrorCode::HttpRequestDenied\n");
    expect(seen).toEqual([]);
  });
});
