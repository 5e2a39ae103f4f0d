/** Canned responses for `client.send` of WASI 0.3, on hosts that have it: for a program in C that does all of it itself. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { rawGuest, WASI_03 } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { expectValid03 } from "./wasi-0.3-cases.ts";

let guest: Uint8Array;
beforeAll(async () => {
  guest = await rawGuest("later-requests", WASI_03);
}, BUILD_MILLISECONDS);

const LARGE = "0123456789".repeat(7000);
const OPTIONS: Options = {
  stdout: "allow",
  allowArgs: true,
  httpCanned: [
    { method: "GET", url: "http://api.test/v1/*", headers: { "Content-Type": "text/plain" }, body: "hello" },
    { method: "POST", url: "http://api.test/v1/*", status: 201, body: Uint8Array.from([0x6d, 0x61, 0x64, 0x65]) },
    { method: "PURGE", url: "http://api.test/v1/*", status: 204 },
    { url: "https://*.test:8443/one", status: 404, body: LARGE },
  ],
};
/** `HTTP-request-denied` */
const DENIED = "refused 15";

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  const expectAnswers = async (options: Options, answers: Readonly<Record<string, string>>): Promise<void> => {
    const output = virtualized(guest, options);
    await expectValid03(output);
    const { stdout, stderr, trap } = await run(output, { args: Object.keys(answers) });
    expect([stderr, trap]).toEqual(["", undefined]);
    expect(stdout.split("\n").slice(0, -1)).toEqual(Object.values(answers));
  };

  test("the first entry that matches answers, and what matches none is refused", { timeout: RUN_MILLISECONDS }, async () => {
    await expectAnswers(OPTIONS, {
      "GET|HTTP|api.test|/v1/|-": "200 hello",
      "+GET|HTTP|API.test:80|/v1/users?page=2|-": "x-mine=1 Authorization=mine 200 hello",
      "POST|HTTP|api.test|/v1/x|a body": "201 made",
      "POST|HTTP|api.test|/v1/x|<a body that is written before": "201 made",
      "POST|HTTP|api.test|/v1/x|": "201 made",
      "PURGE|HTTP|api.test|/v1/x|-": "204 ",
      [`BREW|HTTPS|a.test:8443|/one|${LARGE.slice(0, 30_000)}`]: `404 ${LARGE}`,
      "DELETE|HTTP|api.test|/v1/|-": DENIED,
      "GET|HTTP|api.test|/v1|a body": DENIED,
      "GET|HTTP|api.test|/v1/../v1/x|": DENIED,
      "GET|-|api.test|/v1/|-": DENIED,
      "GET|HTTP|-|/v1/|-": DENIED,
      "GET|HTTP|me@api.test|/v1/|-": DENIED,
      "G T|HTTP|api.test|/v1/|a body": "invalid method",
      "GET|HTTP|a b|/v1/|-": "invalid authority",
      "GET|HTTP|api.test|/v1/#x|-": "invalid path",
    });
  });

  test("rules stand in front, with headers that the program does not see", { timeout: RUN_MILLISECONDS }, async () => {
    const given = { ...OPTIONS, httpAllow: ["http://api.test/v1/a/*"], httpMethods: ["GET"], httpHeaders: { authorization: "secret" } };
    await expectAnswers(given, {
      "+GET|HTTP|api.test|/v1/a/|a body": "x-mine=1 200 hello",
      "GET|HTTP|api.test|/v1/|-": DENIED,
      "POST|HTTP|api.test|/v1/a/|a body": DENIED,
    });
  });
});
