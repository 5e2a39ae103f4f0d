/**
 * HTTP behind rules, on real hosts: what a rule allows reaches a server of this process, and everything else is refused before it
 * leaves the component. The cases are many and in one program, because a host takes longer to start than to send.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Options } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let guest: Uint8Array;
let server: Server;
let here: string;
/** What has reached the server. */
let seen: string[] = [];

beforeAll(async () => {
  guest = await rawGuest("requests");
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const { authorization = "none", "x-mine": mine = "none" } = request.headers;
    response.end(request.url === "/headers" ? `${authorization} ${String(mine)}` : `${request.method} ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
}, BUILD_MILLISECONDS);
afterAll(() => server.close());

const options = (httpAllow: readonly string[], more: Options = {}): Options => ({ stdout: "allow", allowArgs: true, httpAllow, ...more });

/** `HTTP-request-denied` */
const DENIED = "refused 15";

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    seen = [];
  });

  const outcomes = async (
    given: Options,
    requests: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> => {
    const output = virtualized(guest, given);
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args: requests, env });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout.split("\n").slice(0, -1);
  };

  test("what a rule allows is sent, and nothing else is", { timeout: RUN_MILLISECONDS }, async () => {
    const allowed = [
      "GET|HTTP|@|/v1/",
      "POST|HTTP|@|/v1/users?all=%2e%2e",
      "GET|HTTP|@|/v1/a%20b//c",
      "GET|HTTP|@|/ping",
      "GET|HTTP|@|/ping?x",
    ];
    const refused = [
      "GET|HTTP|@|/", "GET|HTTP|@|-", "GET|HTTP|@|/v1", "GET|HTTP|@|/v10/x", "GET|HTTP|@|/V1/x", "GET|HTTP|@|/ping/",
      "GET|HTTP|@|/v1/../secret", "GET|HTTP|@|/v1/..", "GET|HTTP|@|/v1/%2e%2E/secret", "GET|HTTP|@|/v1/.%2e/secret", "GET|HTTP|@|/v1/..;/secret",
      "GET|HTTP|@|/v1/..%2fsecret", "GET|HTTP|@|/v1/%252e%252e/secret", "GET|HTTP|@|/v1/./x", "GET|HTTP|@|//v1/x", "GET|HTTP|@|/%76%31/x",
      "GET|HTTPS|@|/v1/x", "GET|-|@|/v1/x", "GET|ftp|@|/v1/x", "GET|HTTP|-|/v1/x",
      "CONNECT|HTTP|@|/v1/x", "PROPFIND|HTTP|@|/v1/x",
      "GET|HTTP|127.0.0.1|/v1/x", "GET|HTTP|127.0.0.1:1|/v1/x", "GET|HTTP|localhost:1|/v1/x", "GET|HTTP|127.1:@port|/v1/x", "GET|HTTP|127.0.0.1.:@port|/v1/x",
      "GET|HTTP|2130706433:@port|/v1/x", "GET|HTTP|0x7f.1:@port|/v1/x", "GET|HTTP|[::ffff:127.0.0.1]:@port|/v1/x", "GET|HTTP|127.0.0.1:0@port|/v1/x",
    ]; // prettier-ignore
    const port = here.replace(/.*:/, "");
    const concrete = (each: string): string => each.replace("@port", port).replace("@", here);
    const given = options([`http://${here}/v1/*`, `http://${here}/ping`]);
    expect(await outcomes(given, allowed.map(concrete))).toEqual(allowed.map((each) => `200 ${each.replace(/\|HTTP\|@\|/, " ")}`));
    expect(seen).toEqual(allowed.map((each) => each.replace(/\|HTTP\|@\|/, " ")));
    seen = [];
    const answers = await outcomes(given, refused.map(concrete));
    // A setter of the host's may refuse first.
    expect(answers.map((each) => each.replace(/^invalid .*/, DENIED))).toEqual(refused.map(() => DENIED));
    expect(answers.filter((each) => each === DENIED).length).toBeGreaterThan(20);
    expect(seen).toEqual([]);
  });

  test("by the methods that are named, and no others", { timeout: RUN_MILLISECONDS }, async () => {
    const requests = ["GET", "HEAD", "POST", "PATCH", "PURGE", "BAN"].map((method) => `${method}|HTTP|${here}|/`);
    const found = await outcomes(options([`http://${here}/`], { httpMethods: ["HEAD", "PURGE"] }), requests);
    expect(found.map((each) => each.trim())).toEqual([DENIED, "200", DENIED, DENIED, "200 PURGE /", DENIED]);
    expect(seen).toEqual(["HEAD /", "PURGE /"]);
  });

  test("headers are set on the way out, and the program reads its own alone", { timeout: RUN_MILLISECONDS }, async () => {
    const requests = [`+GET|HTTP|${here}|/headers`, `GET|HTTP|${here}|/headers`, `+GET|HTTP|${here}|/other`, `TRACE|HTTP|${here}|/headers`];
    const given = options([`http://${here}/headers`], { httpHeaders: { authorization: "Bearer secret" } });
    expect(await outcomes(given, requests)).toEqual([
      "x-mine=1 200 Bearer secret 1",
      "200 Bearer secret none",
      `x-mine=1 ${DENIED}`,
      DENIED,
    ]);
    expect(seen).toEqual(["GET /headers", "GET /headers"]);
  });

  test("a header of the host's environment is set, and without one nothing is sent", { timeout: RUN_MILLISECONDS }, async () => {
    const requests = [`+GET|HTTP|${here}|/headers`, `TRACE|HTTP|${here}|/headers`, `GET|HTTP|${here}|/other`];
    const given = options([`http://${here}/headers`], { httpHeaders: { "x-mine": "fixed" }, httpHeaderEnv: { Authorization: "TOKEN" } });
    expect(await outcomes(given, requests, { OTHER: "x", TOKEN: "Bearer of the\thost" })).toEqual([
      "200 Bearer of the\thost fixed",
      DENIED,
      DENIED,
    ]);
    expect(seen).toEqual(["GET /headers"]);
    for (const TOKEN of [undefined, "a\r\nx-evil: 1"])
      expect(await outcomes(given, requests.slice(0, 1), TOKEN === undefined ? { TOKENS: "x" } : { TOKEN })).toEqual([DENIED]);
    expect(seen).toEqual(["GET /headers"]);
  });

  test("it is not the environment of the program", { timeout: RUN_MILLISECONDS }, async () => {
    const own = { env: { TOKEN: "of the program" }, args: [`GET|HTTP|${here}|/headers`], allowArgs: false };
    const given = options([`http://${here}/headers`], { httpHeaderEnv: { Authorization: "TOKEN" }, ...own });
    expect(await outcomes(given, [], { TOKEN: "of the host" })).toEqual(["200 of the host none"]);
  });

  test("a denied import stays denied", { timeout: RUN_MILLISECONDS }, async () => {
    const found = await outcomes(options([`http://${here}/*`], { denyImports: ["wasi:http/outgoing-handler"] }), [`GET|HTTP|${here}|/`]);
    expect(found).toEqual([DENIED]);
    expect(seen).toEqual([]);
  });
});
