/** The options of HTTP rules: what is no rule is refused before anything is made, and nothing but what is meant is opened. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { parseRule } from "../../src/adapters/http/rules.ts";
import { createAdapter, inspect, LinkError, type NestedComponent, OptionError, type Options, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { rawGuest } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "../run/on-hosts.ts";

const RULE = "https://api.example.com/v1/*";

test.each([
  [RULE, { isHttps: true, host: "api.example.com", isWild: false, port: 443, path: "/v1/", isPrefix: true }],
  ["http://*.Example.com:8080/ping", { isHttps: false, host: ".example.com", isWild: true, port: 8080, path: "/ping", isPrefix: false }],
  ["https://*:*/*", { isHttps: true, host: "", isWild: true, port: undefined, path: "/", isPrefix: true }],
  ["https://*.bücher.example/", { isHttps: true, host: ".xn--bcher-kva.example", isWild: true, port: 443, path: "/", isPrefix: false }],
  ["http://[::1]:1/a%20b/*", { isHttps: false, host: "[::1]", isWild: false, port: 1, path: "/a%20b/", isPrefix: true }],
])("`%s` is a rule", (text, rule) => {
  expect(parseRule(text)).toEqual(rule);
});

test.each([
  ["https//x", "does not begin with `https://` or `http://`"],
  ["", "does not begin with `https://` or `http://`"],
  ["example.com/*", "does not begin with `https://` or `http://`"],
  ["ftp://example.com/*", "does not begin with `https://` or `http://`"],
  ["*://example.com/*", "does not begin with `https://` or `http://`"],
  ["HTTPS://example.com/*", "does not begin with `https://` or `http://`"],
  [" https://example.com/*", "does not begin with `https://` or `http://`"],
  ["https:///x", "has no host"],
  ["https://:443/x", "has no host"],
  ["https://user@example.com/*", "has a user before its host"],
  ["https://user:pw@example.com/*", "has a user before its host"],
  ["https://example.com", "has no path: `https://example.com/*` allows all paths"],
  ["https://example.com?x", "has a query"],
  ["https://example.com/?x", "has a query"],
  ["https://example.com/*?x", "has a query"],
  ["https://example.com/#x", "has a fragment"],
  ["https://exa*mple.com/*", "has a `*` in its host that is not the whole first label"],
  ["https://api.*.com/*", "has a `*` in its host that is not the whole first label"],
  ["https://*example.com/*", "has a `*` in its host that is not the whole first label"],
  ["https://**.example.com/*", "has a `*` in its host that is not the whole first label"],
  ["https://*./*", "has a host with an empty label"],
  ["https://*.*/x", "has a `*` in its host that is not the whole first label"],
  ["https://example.com./*", "has a host with an empty label"],
  ["https://.example.com/*", "has a host with an empty label"],
  ["https://a..b/*", "has a host with an empty label"],
  ["https://*.127.0.0.1/*", "has a `*` before an address"],
  ["https://*.1/*", "has a"],
  ["https://127.1/*", "has an address that is written `127.0.0.1`"],
  ["https://0x7f000001/*", "has an address that is written `127.0.0.1`"],
  ["https://[0:0::1]/*", "has an address that is written `[::1]`"],
  ["https://[::1/*", "has no host that a request could have"],
  ["https://exam ple.com/*", "has no host that a request could have"],
  ["https://example%2ecom/*", "has no host that a request could have"],
  ["https://exam\tple.com/*", "has no host that a request could have"],
  ["https://a!b.example/*", "has no host that a request could have"],
  ["https://example.com:/*", "has the port ``"],
  ["https://example.com:0/*", "has the port `0`"],
  ["https://example.com:0443/*", "has the port `0443`"],
  ["https://example.com:65536/*", "has the port `65536`"],
  ["https://example.com:https/*", "has the port `https`"],
  ["https://example.com:1:2/*", "has the port `1:2`"],
  ["https://example.com\\x/*", "has a path with a character"],
  ["https://example.com/v*", "has a `*` in its path that is not its end"],
  ["https://example.com/*/x", "has a `*` in its path that is not its end"],
  ["https://example.com/**", "has a `*` in its path that is not its end"],
  ["https://example.com//x", "has a path that begins with two slashes"],
  ["https://example.com/a/../b", "has a path with `.`, `..`"],
  ["https://example.com/./*", "has a path with `.`, `..`"],
  ["https://example.com/a%2fb", "has a path with `.`, `..`"],
  ["https://example.com/%2E%2e/*", "has a path with `.`, `..`"],
  ["https://example.com/a b", "has a path with a character that is no part of a path"],
  ["https://example.com/ä", "has a path with a character that is no part of a path"],
  ["https://example.com/%", "has a path with a character that is no part of a path"],
  ["https://example.com/\n", "has a path with a character that is no part of a path"],
])("%j is refused", (text, why) => {
  const refuse = (): unknown => virtualize(Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), { httpAllow: [text] });
  expect(refuse).toThrow(OptionError);
  expect(refuse).toThrow(why);
});

test.each([
  [["--http-allow=https//x"], "wasi-nest: the HTTP rule `https//x` does not begin with `https://` or `http://`"],
  [[`--http-allow=${RULE}`, "--allow-http"], "wasi-nest: `--http-allow` and `--allow-http` exclude each other"],
  [["--http-method=GET"], "wasi-nest: `--http-method` is about HTTP rules, and there is no `--http-allow`"],
  [[`--http-allow=${RULE}`, "--http-method=get"], "wasi-nest: `get` is no HTTP method: it is written `GET`"],
  [[`--http-allow=${RULE}`, "--http-method=GET,"], "wasi-nest: `` is no HTTP method"],
  [[`--http-allow=${RULE}`, "--http-method=GET POST"], "wasi-nest: `GET POST` is no HTTP method"],
  [[`--http-allow=${RULE}`, "--http-method=*"], "wasi-nest: `*` is no HTTP method, and no pattern of them: name each"],
])("%j is a wrong command line", async (args, message) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await parse("(component)"));
  const { code, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", ...args], { cwd });
  expect([code, stderr.split("\n")[0], existsSync(join(cwd, "out.wasm"))]).toEqual([2, message, false]);
});

test("an adapter without an app has no rules: there is nothing to stand in front of", () => {
  expect(() => createAdapter({ httpAllow: [RULE] })).toThrow("and there is no component");
  expect(() => virtualize(Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), { httpAllow: [] })).toThrow("is an empty list");
});

/** Bytes of the core modules of this name, however deep. */
const coresOf = ({ cores, components }: NestedComponent, wanted: string): readonly number[] => [
  ...cores.flatMap(({ name, byteLength }) => (name === wanted ? [byteLength] : [])),
  ...components.flatMap((each) => coresOf(each, wanted)),
];

test("of headers, an output records the names, and nobody tells a value", { timeout: BUILD_MILLISECONDS }, async () => {
  const guest = await rawGuest("requests");
  const { report, chunks } = virtualize(guest, { httpAllow: ["http://a/*"], httpHeaders: { Authorization: "Bearer secret", "X-A": "b" } });
  const output = Buffer.concat(chunks);
  await expectValid(output);
  const { component } = inspect(output);
  expect(component.metadata?.policy).toEqual({ httpAllow: ["http://a/*"], httpHeaders: ["authorization", "x-a"] });
  expect(JSON.stringify([inspect(output), report])).not.toContain("secret");
  expect(report.warnings).toContainEqual(expect.stringContaining("without encryption"));
  expect(coresOf(component, "wasi-nest:http-rules").map((byteLength) => byteLength <= 4096)).toEqual([true, true]);
});

test.each([
  [["--http-header=Authorization secret"], "wasi-nest: a value of `--http-header` is not `NAME: VALUE`, such as `Accept: text/html`"],
  [["--http-header=A: secret", "--http-header=A: b"], "wasi-nest: `--http-header` sets `A` twice"],
  [["--http-header=A: secret", "--http-header=a: b"], "wasi-nest: the HTTP header `a` is given twice"],
  [["--http-header=Host: secret"], "wasi-nest: the HTTP header `Host` is the host's: it cannot be set"],
  [["--http-header=A B: secret"], "wasi-nest: `A B` is no name of an HTTP header"],
  [
    ["--http-header=A: sec\nret"],
    "wasi-nest: the value of the HTTP header `A` is empty, begins or ends with a space, or has a character that is not visible ASCII",
  ],
  [["--http-header=A: secret", "--http-method=TRACE"], "wasi-nest: `TRACE` would send the headers that are set back to the program"],
])("%j is a wrong command line, and no message has the secret", async (args, message) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await parse("(component)"));
  const { code, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", `--http-allow=${RULE}`, ...args], { cwd });
  expect([code, stderr.split("\n")[0], stderr.includes("secret")]).toEqual([2, message, false]);
});

test("rules open HTTP and nothing else", { timeout: BUILD_MILLISECONDS }, async () => {
  const guest = await rawGuest("requests");
  const output = virtualized(guest, { httpAllow: [RULE], httpMethods: ["GET"] });
  await expectValid(output);
  const { reach, component } = inspect(output);
  expect(reach).toEqual(["http"]);
  expect(component.metadata?.policy).toEqual({ httpAllow: [RULE], httpMethods: ["GET"] });
  expect(coresOf(component, "wasi-nest:http-rules").map((byteLength) => byteLength <= 4096)).toEqual([true]);
});

/** A component with an import of HTTP's that somebody might send by. */
const importing = (name: string): Promise<Uint8Array> => parse(`(component (import ${name} (instance (export "handle" (func)))))`);

test.each([
  '"wasi:http/incoming-handler@0.2.0"',
  '"wasi:http/handler@0.3.0"',
  '"wasi:http/later@0.2.99"',
  '"sender" (implements "wasi:http/outgoing-handler@0.2.0")',
])("behind rules, what is imported as %s is denied, and `allowAll` does not change that", async (name) => {
  for (const allowAll of [false, true]) {
    const { report } = virtualize(await importing(name), { httpAllow: [RULE], allowAll });
    expect(report.imports.map(({ outcome }) => outcome)).toEqual(["denied"]);
  }
});

test("a function of the sender's that nobody knows is denied, and one of another type is refused", async () => {
  const later = await parse('(component (import "wasi:http/outgoing-handler@0.2.99" (instance (export "send" (func)))))');
  const output = virtualized(later, { httpAllow: [RULE] });
  await expectValid(output);
  expect(inspect(output).imports).toEqual([]);
  const other = await importing('"wasi:http/outgoing-handler@0.2.0"');
  expect(() => virtualized(other, { httpAllow: [RULE] })).toThrow(LinkError);
});

test("what a plug sends itself is behind the same rules", async () => {
  const app = await parse('(component (import "acme:kv/store" (instance (export "get" (func)))))');
  const component = await parse(`(component
    (import "wasi:http/outgoing-handler@0.2.99" (instance $http (export "send" (func))))
    (instance $store (export "get" (func $http "send")))
    (export "acme:kv/store" (instance $store)))`);
  const importsWith = async (options: Options): Promise<readonly string[]> => {
    const output = virtualized(app, { ...options, adapters: [{ interface: "acme:kv/store", component }] });
    await expectValid(output);
    return inspect(output).imports.map(({ name }) => name);
  };
  expect(await importsWith({ allowHttp: true })).toEqual(["wasi:http/outgoing-handler@0.2.99"]);
  expect(await importsWith({ httpAllow: [RULE] })).toEqual([]);
});

test.each(['"wasi:http/client@0.2.9"', '"wasi:http/outgoing-handler@0.3.0"'])("%s, which no series has, sends nothing", async (name) => {
  const output = virtualized(await importing(name), { httpAllow: [RULE] });
  await expectValid(output);
  expect(inspect(output).imports).toEqual([]);
});

test("of a header of the host's environment an output has the names alone, and needs no more of the host than it", async () => {
  const guest = await rawGuest("requests");
  const given: Options = { httpAllow: ["http://a/*"], httpHeaderEnv: { Authorization: "TOKEN" } };
  const { report, chunks } = virtualize(guest, given);
  const output = Buffer.concat(chunks);
  await expectValid(output);
  const { component, reach } = inspect(output);
  expect(component.metadata?.policy).toEqual({ httpAllow: ["http://a/*"], httpHeaderEnv: ["authorization=TOKEN"] });
  expect(report.warnings).toContainEqual(expect.stringContaining("without encryption"));
  expect([...reach].toSorted()).toEqual(["environment", "http"]);
  expect(coresOf(component, "wasi-nest:http-variables").map((byteLength) => byteLength <= 1024)).toEqual([true]);
  expect(coresOf(component, "wasi-nest:http-rules").map((byteLength) => byteLength <= 4096)).toEqual([true, true]);
});

test.each([
  [["--http-header-env=Bearer secret"], "wasi-nest: a value of `--http-header-env` is not `NAME=VARIABLE`, such as `Authorization=TOKEN`"],
  [["--http-header-env=A=B", "--http-header-env=A=C"], "wasi-nest: `--http-header-env` sets `A` twice"],
  [["--http-header-env=A=B", "--http-header-env=a=C"], "wasi-nest: the HTTP header `a` is given twice"],
  [["--http-header=A: secret", "--http-header-env=a=C"], "wasi-nest: the HTTP header `a` is given twice"],
  [["--http-header-env=A="], "wasi-nest: `` is no name of a variable"],
  [["--http-header-env=A=B=C"], "wasi-nest: `B=C` is no name of a variable"],
  [["--http-header-env=Host=B"], "wasi-nest: the HTTP header `Host` is the host's: it cannot be set"],
  [["--http-header-env=A B=C"], "wasi-nest: `A B` is no name of an HTTP header"],
  [["--http-header-env=A=B", "--http-method=TRACE"], "wasi-nest: `TRACE` would send the headers that are set back to the program"],
])("%j is a wrong command line as well", async (args, message) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await parse("(component)"));
  const { code, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", `--http-allow=${RULE}`, ...args], { cwd });
  expect([code, stderr.split("\n")[0], existsSync(join(cwd, "out.wasm"))]).toEqual([2, message, false]);
});

test("a header of the host's environment is no way around rules for the environment", { timeout: BUILD_MILLISECONDS }, async () => {
  const options: Options = { httpAllow: [RULE], httpHeaderEnv: { Authorization: "TOKEN" }, allowEnv: ["APP_*"] };
  const output = virtualized(await rawGuest("requests"), options);
  await expectValid(output);
  expect(inspect(output).bypasses).toEqual([]);
});
