/** HTTP rules in front of `client.send` of WASI 0.3, on hosts that have it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS } from "./on-hosts.ts";
import { echoes, type Echoes, networkCommand, SMALL_BODY, sumOf } from "./wasi-0.3-network.ts";

let others: Echoes;
beforeAll(async () => {
  others = await echoes();
  if (rust() !== undefined) await rustGuest("network");
}, BUILD_MILLISECONDS);
afterAll(() => others.close());
beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

const limits = { timeout: RUN_MILLISECONDS };

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  const get = async (options: Options): Promise<string> => {
    const output = await networkCommand(SMALL_BODY, { httpAllow: [`http://127.0.0.1:${others.ports.http}/*`], ...options });
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args: ["get", others.ports.http] });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout;
  };

  test("what a rule allows is sent with its body, and comes back", limits, async () => {
    const [length, sum] = [SMALL_BODY.length, sumOf(SMALL_BODY)];
    expect(await get({})).toBe(`200 ${length} ${sum}\n`);
  });

  test("what no rule allows is refused", limits, async () => {
    expect(await get({ httpMethods: ["DELETE"] })).toBe("ErrorCode::HttpRequestDenied\n");
  });
});
