/** Canned responses, on real hosts: an entry answers what matches it, everything else is refused, and the host is asked for no HTTP. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inspect, type Options } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let guest: Uint8Array;
beforeAll(async () => {
  guest = await rawGuest("requests");
}, BUILD_MILLISECONDS);

const LARGE = "0123456789".repeat(700);
const RESPONSES: NonNullable<Options["httpCanned"]> = [
  { method: "GET", url: "http://api.test/v1/*", headers: { "Content-Type": "text/plain" }, body: "hello" },
  { method: "POST", url: "http://api.test/v1/*", status: 201, body: Uint8Array.from([0x6d, 0x61, 0x64, 0x65]) },
  { method: "PURGE", url: "http://api.test/v1/*", status: 204 },
  { url: "https://*.test:8443/one", status: 404, body: LARGE },
  { url: "https://*.test:8443/*", body: "later" },
];
const OPTIONS: Options = { stdout: "allow", allowArgs: true, httpCanned: RESPONSES };

/** `HTTP-request-denied` */
const DENIED = "refused 15";

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  const outcomes = async (options: Options, requests: readonly string[]): Promise<readonly string[]> => {
    const output = virtualized(guest, options);
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args: requests });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout.split("\n").slice(0, -1);
  };

  test("the first entry that matches answers", { timeout: RUN_MILLISECONDS }, async () => {
    const answers = {
      "GET|HTTP|api.test|/v1/": "200 hello",
      "GET|HTTP|API.test:80|/v1/users?page=2": "200 hello",
      "+GET|HTTP|api.test|/v1/": "x-mine=1 Authorization=mine 200 hello",
      "POST|HTTP|api.test|/v1/x": "201 made",
      "PURGE|HTTP|api.test|/v1/x": "204 ",
      "GET|HTTPS|a.test:8443|/one": `404 ${LARGE}`,
      "BREW|HTTPS|a.b.test:8443|-": "200 later",
    };
    expect(await outcomes(OPTIONS, Object.keys(answers))).toEqual(Object.values(answers));
  });

  test("what matches none is refused", { timeout: RUN_MILLISECONDS }, async () => {
    const refused = [
      "DELETE|HTTP|api.test|/v1/", "get|HTTP|api.test|/v1/", "purge|HTTP|api.test|/v1/", "PURG|HTTP|api.test|/v1/",
      "GET|HTTPS|api.test|/v1/", "GET|-|api.test|/v1/", "GET|ftp|api.test|/v1/", "GET|HTTP|-|/v1/", "GET|HTTP|api.test|-",
      "GET|HTTP|api.test|/v1", "GET|HTTP|api.test|/V1/x", "GET|HTTP|api.test|/v1/../v1/x", "GET|HTTP|api.test|/v1/%2e%2e/x", "GET|HTTP|api.test|//v1/",
      "GET|HTTP|api.test|/v1/%", "GET|HTTP|api.test:81|/v1/", "GET|HTTP|api.test.|/v1/", "GET|HTTP|me@api.test|/v1/", "GET|HTTP|xapi.test|/v1/",
      "GET|HTTPS|test:8443|/one", "GET|HTTPS|.test:8443|/one", "GET|HTTPS|a.test|/one", "GET|HTTPS|[::1]:8443|/one", "GET|HTTPS|a.0x1:8443|/one",
    ]; // prettier-ignore
    expect(await outcomes(OPTIONS, refused)).toEqual(refused.map(() => DENIED));
    // Setters refuse what is no part of a URL.
    const invalid = [
      "GET|HTTP|a b|/",
      "GET|HTTP|api.test|/v1/ x",
      "GET|HTTP|api.test|/v1/#x",
      "G T|HTTP|api.test|/v1/",
      "GET|f tp|api.test|/",
    ];
    expect((await outcomes(OPTIONS, invalid)).map((each) => each.replace(/ .*/, ""))).toEqual(invalid.map(() => "invalid"));
  });

  test("rules stand in front, with headers that the program does not see", { timeout: RUN_MILLISECONDS }, async () => {
    const given = { ...OPTIONS, httpAllow: ["http://api.test/v1/a/*"], httpMethods: ["GET"], httpHeaders: { authorization: "secret" } };
    const answers = {
      "+GET|HTTP|api.test|/v1/a/": "x-mine=1 200 hello",
      "GET|HTTP|api.test|/v1/": DENIED,
      "POST|HTTP|api.test|/v1/a/": DENIED,
    };
    expect(await outcomes(given, Object.keys(answers))).toEqual(Object.values(answers));
  });

  test("beside files that can be written, and the host's clock", { timeout: RUN_MILLISECONDS }, async () => {
    const requests = Array.from({ length: 40 }, () => "GET|HTTPS|a.test:8443|/one");
    for (const more of [{ allowClocks: true }, { tmpfs: [{ path: "/t" }], allowClocks: true }, { tmpfs: [{ path: "/t" }] }])
      expect(await outcomes({ ...OPTIONS, ...more }, requests)).toEqual(requests.map(() => `404 ${LARGE}`));
  });

  test("a denied import stays denied", { timeout: RUN_MILLISECONDS }, async () => {
    expect(await outcomes({ ...OPTIONS, denyImports: ["wasi:http/outgoing-handler"] }, ["GET|HTTP|api.test|/v1/"])).toEqual([DENIED]);
  });
});

const BODY = "a body of more than one read";

describe("a program that uses all of the types", () => {
  let program: Uint8Array;
  let server: Server;
  let here: string;
  /** By the host, with this response. */
  beforeAll(async () => {
    program = await rawGuest("responses");
    server = createServer((request, response) => {
      request.resume().on("end", () =>
        response
          .writeHead(
            202,
            [
              ["content-type", "text/x"],
              ["set-cookie", "a=1"],
              ["set-cookie", "b=2"],
            ].flat(),
          )
          .end(BODY),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, BUILD_MILLISECONDS);
  afterAll(() => server.close());

  const canned: Options = {
    stdout: "allow",
    allowArgs: true,
    httpCanned: [
      {
        method: "POST",
        url: "http://127.0.0.1:*/v1/x",
        status: 202,
        headers: { "Content-Type": "text/x", "Set-Cookie": ["a=1", "b=2"] },
        body: BODY,
      },
    ],
  };

  test.for(hosts)(
    "finds on $name what it finds by Wasmtime's own HTTP",
    { timeout: RUN_MILLISECONDS },
    async ({ available, run }, { skip }) => {
      skip(!available || !wasmtimeAvailable(), WASMTIME_MISSING);
      const output = virtualized(program, canned);
      await expectValid(output);
      const found = await run(output, { args: [here] });
      expect([found.stderr, found.trap]).toEqual(["", undefined]);
      const byHost = await runOnWasmtime(virtualized(program, { stdout: "allow", allowArgs: true, allowHttp: true }), { args: [here] });
      expect(found.stdout).toBe(byHost.stdout);
      expect(found.stdout.split("\n").length).toBeGreaterThan(40);
    },
  );
});

test("an output with canned responses asks its host for no HTTP", async () => {
  const output = virtualized(guest, OPTIONS);
  expect((await importsOf(output)).filter((name) => name.includes("http"))).toEqual([]);
  expect(inspect(output).reach).toEqual(["environment", "stdout"]);
});
