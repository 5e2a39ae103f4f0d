/** Canned responses, their options and the file of the command: what is not understood is refused before anything is made. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { createAdapter, inspect, type NestedComponent, OptionError, type Options, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { rawGuest, wasi03Wit, worldComponent } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "../run/on-hosts.ts";
import { expectValid03 } from "../run/wasi-0.3-cases.ts";

const URL = "https://api.example.com/*";
const EMPTY = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);

test.each([
  [{}, "`httpCanned` is an object: a list is wanted"],
  [[], "`httpCanned` is an empty list: leave it out to deny HTTP"],
  [[{}], "`httpCanned[0]` lacks `url`"],
  [[{ url: URL, stauts: 404 }], "`httpCanned[0]` has an unknown key `stauts`: did you mean `status`?"],
  [[{ url: URL, bodyFile: "a" }], "`httpCanned[0]` has an unknown key `bodyFile`"],
  [[{ url: 1 }], "`httpCanned[0].url` is `1`: a string is wanted"],
  [[{ url: "https//x" }], "the HTTP rule `https//x` does not begin with `https://` or `http://`"],
  [[{ url: "https://a/x?y" }], "has a query: a rule ends with its path"],
  [[{ url: URL }, { url: URL, method: "get" }], "`get` is no HTTP method: it is written `GET`"],
  [[{ url: URL, method: "" }], "`` is no HTTP method"],
  [[{ url: URL, method: "*" }], "`*` is no HTTP method, and no pattern of them: name each"],
  [[{ url: URL, status: 199 }], "`httpCanned[0].status` is `199`: a whole number from 200 to 599 is wanted"],
  [[{ url: URL, status: 200.5 }], "a whole number from 200 to 599 is wanted"],
  [[{ url: URL, status: "200" }], "a whole number from 200 to 599 is wanted"],
  [[{ url: URL, headers: ["a"] }], "`httpCanned[0].headers` is a list: an object is wanted"],
  [[{ url: URL, headers: { a: 1 } }], '`httpCanned[0].headers["a"]` is `1`: a string or a list of strings is wanted'],
  [[{ url: URL, headers: { a: [] } }], "a string or a list of strings is wanted"],
  [[{ url: URL, headers: { "a b": "c" } }], "`a b` is no name of an HTTP header"],
  [[{ url: URL, headers: { a: "b\nc" } }], "the value of the HTTP header `a` has a control character"],
  [[{ url: URL, headers: { a: "b", A: "c" } }], "the HTTP header `A` is given twice: a list has several values"],
  [[{ url: URL, headers: { Connection: "close" } }], "a response has no HTTP header `Connection` when a program sees it"],
  [[{ url: URL, body: 1 }], "`httpCanned[0].body` is `1`: a string or a Uint8Array is wanted"],
])("%j is refused", (httpCanned, why) => {
  const refuse = (): unknown => virtualize(EMPTY, { httpCanned } as unknown as Options);
  expect(refuse).toThrow(OptionError);
  expect(refuse).toThrow(why);
});

test("an adapter without an app has none, and the host's HTTP is not beside them", () => {
  expect(() => createAdapter({ httpCanned: [{ url: URL }] } as Options)).toThrow("and there is no component");
  expect(() => virtualize(EMPTY, { httpCanned: [{ url: URL }], allowHttp: true })).toThrow(
    "`httpCanned` and `allowHttp` exclude each other",
  );
  expect(virtualize(EMPTY, { httpCanned: [{ url: URL }] }).report.warnings).toContainEqual(
    expect.stringContaining("sends no HTTP requests"),
  );
});

test.each([
  ["[", "it is no JSON: "],
  ["{}", "`responses` is an object: a list is wanted"],
  [`[{"url":"${URL}","stauts":1}]`, "`responses[0]` has an unknown key `stauts`: did you mean `status`?"],
  [`[{"url":"${URL}","body":{}}]`, "`responses[0].body` is an object: a string is wanted"],
  [`[{"url":"${URL}","body":"a","bodyFile":"b"}]`, "`responses[0]` has a `body` and a `bodyFile`"],
  [`[{"url":"${URL}","bodyFile":"-"}]`, "`responses[0].bodyFile` is no path of a file"],
])("the file %s is a wrong command line", async (file, message) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await parse("(component)"));
  writeFileSync(join(cwd, "canned.json"), file);
  const { code, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", "--http-canned=canned.json"], { cwd });
  const expected = expect.stringContaining(`wasi-nest: \`--http-canned canned.json\`: ${message}`);
  expect([code, stderr.split("\n")[0], existsSync(join(cwd, "out.wasm"))]).toEqual([2, expected, false]);
});

test("files are relative to the file that names them, and what is missing is said", { timeout: BUILD_MILLISECONDS }, async () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "canned"));
  writeFileSync(join(cwd, "app.wasm"), await rawGuest("requests"));
  writeFileSync(join(cwd, "canned/users"), "of a file");
  const write = (bodyFile: string): void =>
    writeFileSync(
      join(cwd, "canned/all.json"),
      JSON.stringify([
        { url: URL, bodyFile },
        { method: "GET", url: "http://a/b" },
      ]),
    );
  write("users");
  const args = ["app.wasm", "-o", "out.wasm", "--http-canned=canned/all.json", "--http-allow", URL, "--http-method=GET"];
  expect(wasiNest(args, { cwd })).toMatchObject({ code: 0 });
  const { stdout } = wasiNest(["inspect", "out.wasm"], { cwd });
  expect(stdout).toContain(`canned for ${URL}, GET http://a/b`);
  expect(stdout).toContain(`${URL} by GET`);
  write("none");
  const { code, stderr } = wasiNest(args, { cwd });
  expect([code, stderr.split("\n")[0]]).toEqual([1, expect.stringContaining("`canned/none`")]);
});

/** Bytes of the core modules of this name, however deep. */
const coresOf = ({ cores, components }: NestedComponent, wanted: string): readonly number[] => [
  ...cores.flatMap(({ name, byteLength }) => (name === wanted ? [byteLength] : [])),
  ...components.flatMap((each) => coresOf(each, wanted)),
];

test("of a program that sends requests it takes less than 4 KB, and outputs record the URLs", { timeout: BUILD_MILLISECONDS }, async () => {
  const output = virtualized(await rawGuest("requests"), { httpCanned: [{ method: "GET", url: URL, body: "secret" }] });
  const { component } = inspect(output);
  expect(component.metadata?.policy).toEqual({ httpCanned: [`GET ${URL}`] });
  expect(coresOf(component, "wasi-nest:http-canned").map((byteLength) => byteLength <= 4096)).toEqual([true]);
});

const CANNED: Options = { httpCanned: [{ url: URL }] };

describe("of WASI 0.3", () => {
  const world = async (prune: (packages: string) => string = (packages) => packages): Promise<Uint8Array> =>
    worldComponent(`package test:http; world sends { import wasi:http/client@0.3.0; }\n${prune(await wasi03Wit())}`, "sends");

  test("what is for components that answer requests is denied, and all else is there", { timeout: BUILD_MILLISECONDS }, async () => {
    const { chunks, report } = virtualize(await world(), CANNED);
    await expectValid03(Buffer.concat(chunks));
    const denied = ["[static]request.consume-body", "[static]response.new", "[method]response.set-status-code"];
    expect(report.warnings).toEqual(denied.map((name) => `\`wasi:http/types@0.3.0\` \`${name}\` is not virtualized: it is denied`));
    expect(inspect(Buffer.concat(chunks)).imports).toEqual([]);
  });

  test.each(["request", "response", "fields"])("a program needs nothing of the resource `%s`", async (resource) => {
    const pruned = (packages: string): string => packages.replace(new RegExp(`resource ${resource} \\{[^}]*\\}`), `resource ${resource};`);
    const app = await world(pruned);
    await expectValid03(virtualized(app, CANNED));
  });

  test("what is denied by its name is denied", async () => {
    const outcomes = async (...denyImports: readonly string[]): Promise<readonly string[]> => {
      const { chunks, report } = virtualize(await world(), { ...CANNED, denyImports });
      await expectValid03(Buffer.concat(chunks));
      return report.imports.filter(({ name }) => name.includes("http")).map(({ name, outcome }) => `${name} ${outcome}`);
    };
    const [types, client] = ["wasi:http/types@0.3.0", "wasi:http/client@0.3.0"];
    expect(await outcomes("wasi:http/client")).toEqual([`${types} virtualized`, `${client} denied`]);
    expect(await outcomes("wasi:http/types")).toEqual([`${types} denied`, `${client} denied`]);
  });
});

test.each([
  ["wasi:http/types@0.2.0", "wasi:http/incoming-handler@0.2.0"],
  ["wasi:http/types@0.3.0", "wasi:http/handler@0.3.0"],
])("a component of `%s` that answers requests is refused", async (types, handler) => {
  const app = await parse(
    `(component
    (import "${types}" (instance $types (export "fields" (type (sub resource)))))
    (alias export $types "fields" (type $fields))
    (component $handler (export "handle-nothing" (type $fields)))
    (instance $handler (export "fields" (type $fields)))
    (export "${handler}" (instance $handler)))`.replace(/ *\(component \$handler.*\n/, ""),
  );
  expect(() => virtualize(app, CANNED)).toThrow("the component answers HTTP requests itself");
});

test.each([
  '"wasi:http/incoming-handler@0.2.0"',
  '"wasi:http/handler@0.3.0"',
  '"wasi:http/later@0.2.99"',
  '"sender" (implements "wasi:http/outgoing-handler@0.2.0")',
])("what is imported as %s is denied, and `allowAll` does not change that", async (name) => {
  const app = await parse(`(component (import ${name} (instance (export "handle" (func)))))`);
  for (const allowAll of [false, true]) {
    const { report } = virtualize(app, { ...CANNED, allowAll });
    expect(report.imports.map(({ outcome }) => outcome)).toEqual(["denied"]);
  }
});

test("a function that nobody knows is denied", async () => {
  const app = await parse('(component (import "wasi:http/outgoing-handler@0.2.99" (instance (export "send" (func)))))');
  const output = virtualized(app, CANNED);
  await expectValid(output);
  expect(inspect(output).imports).toEqual([]);
});
