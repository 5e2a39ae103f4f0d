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
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
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
  });

  const get = async (options: Options): Promise<string> => {
    const output = await networkCommand(SMALL_BODY, { httpAllow: [`http://127.0.0.1:${port}/*`], ...options });
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args: ["get", port] });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout;
  };

  test("what a rule allows is sent with its body and a header that is set, and comes back", limits, async () => {
    const [length, sum] = [SMALL_BODY.length, sumOf(SMALL_BODY)];
    expect(await get({ httpHeaders: { Authorization: "Bearer secret" } })).toBe(`200 ${length} ${sum}\n`);
    expect(seen).toEqual(["Bearer secret"]);
  });

  test("what no rule allows is refused", limits, async () => {
    expect(await get({ httpMethods: ["DELETE"] })).toBe("ErrorCode::HttpRequestDenied\n");
    expect(seen).toEqual([]);
  });
});
