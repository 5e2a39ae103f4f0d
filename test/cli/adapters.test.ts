/** `--adapter` with modules that are wrong: one sentence that says where, and no output. */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { worldComponent } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { isLong } from "../run/on-hosts.ts";
import { lastingDirectories, type Outcome, temporaryDirectory, wasiNest, wasiNestAgain } from "./wasi-nest.ts";

const WIT = `package test:app;
world app { import wasi:random/random@0.2.6; import wasi:cli/environment@0.2.6; import acme:kv/store@1.0.0; import acme:kv/groups@1.0.0; export peek: func(); }
package wasi:cli@0.2.6 { interface environment { get-arguments: func() -> list<string>; } }
package wasi:random@0.2.6 { interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; } }
package acme:kv@1.0.0 { interface store {
  resource bucket { constructor(); open: static func() -> bucket; get: func(key: string) -> string; }
  all-keys: func() -> list<string>;
}
interface groups {
  resource group { name: func() -> string; }
  merge: func(groups: list<group>) -> tuple<group, list<string>>;
} }`;

const newDirectory = lastingDirectories();

type Sources = Readonly<Record<string, string>>;

async function making(name: string, sources: Sources, ...options: readonly string[]): Promise<Outcome & { readonly written: boolean }> {
  const cwd = newDirectory();
  writeFileSync(join(cwd, "app.wasm"), await worldComponent(WIT, "app"));
  for (const [file, text] of Object.entries(sources)) writeFileSync(join(cwd, file), text);
  const args = ["app.wasm", "-o", "out.wasm", "--quiet", "--adapter", `${name}=${Object.keys(sources)[0]}`, ...options];
  const outcome = await wasiNestAgain(args, { cwd, env: { XDG_CACHE_HOME: join(root, ".cache") } });
  return { ...outcome, written: existsSync(join(cwd, "out.wasm")) };
}

const failureOf = (sentence: string): Outcome => ({ code: 1, stdout: "", stderr: `wasi-nest: ${sentence}\n` });
const failure = (sentence: string): Awaited<ReturnType<typeof making>> => ({ ...failureOf(sentence), written: false });

const WHOLE = "export const random = { getRandomBytes: () => new Uint8Array(4), getRandomU64: () => 4n };\n";
const STORE = (members: string): string => `export const store = {
  Bucket: class {
    ${members}
  },
  allKeys: () => [],
};
`;

describe("tells before an engine runs", () => {
  const cases: readonly (readonly [what: string, name: string, sources: Sources, sentence: string])[] = [
    [
      "a missing export",
      "wasi:random/random",
      { "dice.ts": WHOLE.replace("random =", "dice =") },
      "`dice.ts` does not export `random`, which stands for `wasi:random/random@0.2.6`: it exports `dice`",
    ],
    [
      "an empty module",
      "wasi:random/random",
      { "dice.ts": "\n" },
      "`dice.ts` does not export `random`, which stands for `wasi:random/random@0.2.6`: it exports nothing",
    ],
    [
      "an export that is no object",
      "wasi:random/random",
      { "dice.js": "\nexport function random() {}\n" },
      "`dice.js:2:1` cannot be used: `random` is a function, and has to be an object with the functions of `wasi:random/random@0.2.6`",
    ],
    [
      "a missing function",
      "wasi:random/random",
      { "dice.ts": "type N = number;\nconst dice = { getRandomBytes: () => new Uint8Array() };\nexport { dice as random };\n" },
      "`dice.ts:2:14` cannot be used: `random` has no `getRandomU64`, and the component imports `get-random-u64` of `wasi:random/random@0.2.6`",
    ],
    [
      "missing functions",
      "wasi:random/random",
      { "dice.ts": "export const random = {};\n" },
      "`dice.ts:1:23` cannot be used: `random` has no `getRandomBytes`, and the component imports `get-random-bytes`, `get-random-u64` of `wasi:random/random@0.2.6`",
    ],
    [
      "a missing class",
      "acme:kv/store",
      { "kv.ts": "export const store = { allKeys: () => [] };\n" },
      "`kv.ts:1:22` cannot be used: `store` has no `Bucket`, and the component imports `[constructor]bucket`, `[static]bucket.open`, `[method]bucket.get` of `acme:kv/store@1.0.0`",
    ],
    [
      "a missing method, where a static function has its name",
      "acme:kv/store",
      { "kv.ts": STORE("static get() {}\n    static open() {}") },
      "`kv.ts:2:11` cannot be used: `Bucket` has no `get`, and the component imports `[method]bucket.get` of `acme:kv/store@1.0.0`",
    ],
    [
      "a missing static function",
      "acme:kv/store",
      { "kv.ts": STORE('get = () => "";\n    open() {}') },
      "`kv.ts:2:11` cannot be used: `Bucket` has no `static open`, and the component imports `[static]bucket.open` of `acme:kv/store@1.0.0`",
    ],
    [
      "a syntax error",
      "wasi:random/random",
      { "dice.ts": "const four = 4;\nconst x = ;\n" },
      "`dice.ts:2:11` cannot be used: Unexpected token",
    ],
    [
      "a syntax error in what it imports",
      "wasi:random/random",
      { "dice.ts": 'export * from "./part.ts";\n', "part.ts": "\n\nexport const random: = 1;\n" },
      "`part.ts:3:22` cannot be used: Unexpected token",
    ],
    [
      "an import of a file that is not there",
      "wasi:random/random",
      { "dice.ts": `\nimport { four } from "./four.ts";\n${WHOLE}console.log(four);` },
      "`dice.ts:2` cannot be used: it imports `./four.ts`, which is not found",
    ],
    [
      "an import of a package that is not installed",
      "wasi:random/random",
      { "dice.ts": 'export * from "./part.ts";\n', "part.ts": `import four from 'four';\n${WHOLE}console.log(four);` },
      "`part.ts:1` cannot be used: it imports `four`, which is not found",
    ],
    [
      "an import of Node's",
      "wasi:random/random",
      { "dice.ts": `import { readFileSync } from "node:fs";\n${WHOLE}readFileSync("x");` },
      "`dice.ts:1` cannot be used: it imports `node:fs`, which is a part of Node: there is none in a component",
    ],
    [
      "an import of an interface that there is none of",
      "wasi:random/random",
      { "dice.ts": `import { now } from "acme:clocks/wall-clock";\n${WHOLE}now();` },
      "`dice.ts:1` cannot be used: it imports `acme:clocks/wall-clock`, which is not one of WASI 0.2, and which the component does not import either",
    ],
    [
      "an import of what its own interface has, and the component does not import",
      "wasi:cli/environment",
      {
        "env.ts":
          'import { initialCwd } from "wasi:cli/environment";\nexport const environment = { getArguments: () => [initialCwd() ?? ""] };\n',
      },
      "`env.ts:1` cannot be used: it imports `initialCwd` of `wasi:cli/environment@0.2.6`, of which there is `getArguments`",
    ],
    [
      "an import of a function that there is none of",
      "wasi:random/random",
      { "dice.ts": `\nimport { getRandomU32 } from "wasi:random/random@0.2.6";\n${WHOLE}getRandomU32();` },
      "`dice.ts:2` cannot be used: it imports `getRandomU32` of `wasi:random/random@0.2.6`, of which there is `getRandomBytes`, `getRandomU64`",
    ],
  ];
  // The others are in adapters.long.ts.
  const isNow = (_: unknown, i: number): boolean => isLong || i % 2 === 0;
  test.each(cases.filter(isNow))("%s", async (_, name, sources, sentence) => {
    expect(await making(name, sources, "--no-cache")).toEqual(failure(sentence));
  });

  test.each<[string, string, Sources, string]>([
    [
      "of its own",
      "wasi:random/random",
      {
        "dice.ts": `import { four } from "./four.ts";\nconst n: string = four;\n${WHOLE}console.log(n);`,
        "four.ts": "export const four = 4;\n",
      },
      "`dice.ts:2:7` cannot be used: Type 'number' is not assignable to type 'string'",
    ],
    [
      "of what it imports",
      "wasi:random/random",
      { "dice.ts": 'export { random } from "./part.ts";\n', "part.ts": `\n${WHOLE}[4].none();` },
      "`part.ts:3:5` cannot be used: Property 'none' does not exist on type 'number[]'",
    ],
    [
      "of a result",
      "wasi:random/random",
      { "dice.ts": `\n${WHOLE.replace("4n", "4")}` },
      "`dice.ts:2:23` cannot be used: `random.getRandomU64` does not fit `wasi:random/random@0.2.6`: Type 'number' is not assignable to type 'bigint'",
    ],
    [
      "of a method",
      "acme:kv/store",
      { "kv.ts": STORE("static open() { return new this(); }\n    get(key: string): number { return key.length; }") },
      "`kv.ts:1:22` cannot be used: `store.Bucket.open().get` does not fit `acme:kv/store@1.0.0`: Type 'number' is not assignable to type 'string'",
    ],
    [
      "of what it is given",
      "wasi:random/random",
      { "dice.ts": `import { getRandomBytes } from "wasi:random/random";\n${WHOLE}getRandomBytes("4");\n` },
      "`dice.ts:3:16` cannot be used: Argument of type 'string' is not assignable to parameter of type 'bigint'",
    ],
  ])("a type error %s", async (_, name, sources, sentence) => {
    expect(await making(name, sources, "--no-cache")).toEqual(failure(sentence));
  });

  test("several of them", async () => {
    const { stderr } = await making(
      "wasi:random/random",
      { "dice.ts": `${WHOLE}const a: string = 1;\nconst b: string = 2;\n` },
      "--no-cache",
    );
    expect(stderr).toMatch(/^wasi-nest: 2 problems:\n {2}`dice\.ts:2:7` cannot .*\n {2}`dice\.ts:3:7` cannot .*\n$/);
  });

  test("an interface that nobody imports", async () => {
    const { code, stderr, written } = await making("wasi:random/insecure", { "dice.ts": WHOLE });
    expect(stderr).toContain(
      "nobody imports `wasi:random/insecure`, which `dice.ts` is to provide; imported are `wasi:random/random@0.2.6`, ",
    );
    expect({ code, written }).toEqual({ code: 2, written: false });
  });
});

// The other engine takes half a minute for this, and each compiling some seconds: what differs in little is for the long run.
describe.each(isLong ? ["qjs", "starlingmonkey"] : ["qjs"])("tells what %s says", (engine) => {
  const failing = `import { four } from "./four.ts";\n${WHOLE}four({ value: 5 });\n`;
  const four = `interface Given {
  readonly value: number;
}

export function four(given: Given): void {
  if (given.value !== 4) throw new Error(\`\${given.value} is not four\`);
}
`;

  test("of an exception when it is loaded, with the source's file and line", async () => {
    const { stderr, ...rest } = await making("wasi:random/random", { "dice.ts": failing, "four.ts": four }, "--engine", engine);
    expect(rest).toEqual({ code: 1, stdout: "", written: false });
    expect(stderr).toMatch(/^wasi-nest: `four\.ts:6:\d+` cannot be made a component: Error: 5 is not four\n$/);
  });

  if (isLong) {
    test("whatever the file is called", async () => {
      const sources = { "--two dice's.js": `${WHOLE}throw new Error("five");\n` };
      const { stderr, ...rest } = await making("wasi:random/random", sources, "--engine", engine);
      expect(rest).toEqual({ code: 1, stdout: "", written: false });
      expect(stderr).toMatch(/^wasi-nest: `--two dice's\.js:2:\d+` cannot be made a component: Error: five\n$/);
    });
  }

  test("in one sentence, and whole with `--verbose`", async () => {
    const sources = { "dice.js": `${WHOLE}throw new Error("first\\nsecond\\nthird");\n` };
    const { stderr } = await making("wasi:random/random", sources, "--engine", engine);
    expect(stderr).toMatch(/^wasi-nest: `dice\.js:2:\d+` cannot be made a component: Error: first\n$/);
    const verbose = await making("wasi:random/random", sources, "--engine", engine, "--verbose");
    expect(verbose.stderr.startsWith(stderr)).toBe(true);
    expect(verbose.stderr).toMatch(/^ .*third$/m);
  });

  test("of a function that is missing, where only running tells", async () => {
    const sources = { "dice.js": "const make = () => ({ getRandomU64: () => 4n });\n\nexport const random = make();\n" };
    expect(await making("wasi:random/random", sources, "--engine", engine)).toEqual(
      failure(
        "`dice.js:3:23` cannot be used: `random` has no `getRandomBytes`, and the component imports `get-random-bytes` of `wasi:random/random@0.2.6`",
      ),
    );
  });
});

test.each<readonly [string, string, string, string]>([
  [
    "an async function",
    "dice.js",
    "export const random = {\n  getRandomU64: () => 4n,\n  async getRandomBytes() { throw new Error(); },\n};\n",
    "dice.js:3:3",
  ],
  ...(isLong
    ? [
        [
          "one of which only running tells",
          "dice.ts",
          "const same = (call: any) => call;\nexport const random = { getRandomU64: () => 4n, getRandomBytes: same(async () => new Uint8Array()) };\n",
          "dice.ts:2:23",
        ] as const,
      ]
    : []),
])("%s is refused for qjs, which waits for no promise", async (_, file, text, at) => {
  expect(await making("wasi:random/random", { [file]: text }, "--engine", "qjs", "--no-cache")).toEqual(
    failure(
      `\`${at}\` cannot be used: \`random.getRandomBytes\` is an async function: --engine qjs waits for no promise, --engine starlingmonkey does`,
    ),
  );
});

test("a class may have more than the resource, and a list be one that nobody changes", async () => {
  const text = `class Group {
  readonly #names: readonly string[];
  constructor(names: readonly string[] = []) {
    this.#names = names;
  }
  name(): string {
    return this.#names.join();
  }
}
export const groups = {
  Group,
  merge(groups: readonly Group[]): [Group, readonly string[]] {
    const names = groups.map((each) => each.name());
    return [new Group(names), names];
  },
};
`;
  expect(await making("acme:kv/groups", { "groups.ts": text }, "--engine", "qjs", "--no-cache")).toMatchObject({ stderr: "", code: 0 });
});

if (isLong) {
  test("types are those of the module, if it has some, and not looked at where it says so", async () => {
    const declared = `/// <reference path="./own.d.ts" />\n${WHOLE.replace("4n", "own")}`;
    const own = 'declare module "wasi:random/random@0.2.6" {\n  export function getRandomU64(): bigint;\n}\ndeclare const own: bigint;\n';
    const sources = { "dice.ts": `${declared}(globalThis as { own?: bigint }).own = 4n;\n`, "own.d.ts": own };
    expect(await making("wasi:random/random", sources, "--engine", "qjs", "--no-cache")).toMatchObject({ stderr: "", code: 0 });
    const ignored = `// @ts-nocheck\n${WHOLE}const n: string = 4;\n`;
    expect(await making("wasi:random/random", { "dice.ts": ignored }, "--engine", "qjs", "--no-cache")).toMatchObject({
      stderr: "",
      code: 0,
    });
  });
}

test("what a module exports is checked also where its own text is not looked at", async () => {
  const text = `// @ts-nocheck\n${WHOLE.replace("4n", "4")}`;
  expect(await making("wasi:random/random", { "dice.ts": text }, "--engine", "qjs", "--no-cache")).toEqual(
    failure(
      "`dice.ts:2:23` cannot be used: `random.getRandomU64` does not fit `wasi:random/random@0.2.6`: Type 'number' is not assignable to type 'bigint'",
    ),
  );
});

if (isLong) {
  test("types are checked also where the cache has the component, because only they have changed", async () => {
    const text = (type: string): string => WHOLE.replace("=> 4n", `: ${type} => (4n as any)`);
    expect(await making("wasi:random/random", { "dice.ts": text("bigint") }, "--engine", "qjs")).toMatchObject({ stderr: "", code: 0 });
    expect(await making("wasi:random/random", { "dice.ts": text("string") }, "--engine", "qjs")).toEqual(
      failure(
        "`dice.ts:1:23` cannot be used: `random.getRandomU64` does not fit `wasi:random/random@0.2.6`: Type 'string' is not assignable to type 'bigint'",
      ),
    );
  });
}

test("makes an output of a module that is right", async () => {
  expect(await making("wasi:random/random", { "dice.ts": WHOLE }, "--engine", "qjs")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
    written: true,
  });
});

test("an output may not take the place of what a module imports", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await worldComponent(WIT, "app"));
  writeFileSync(join(cwd, "four.js"), "export const four = 4n;\n");
  writeFileSync(join(cwd, "dice.js"), `import { four } from "./four.js";\n${WHOLE.replace("4n", "four")}`);
  const outcome = wasiNest(["app.wasm", "-o", "./four.js", "--adapter", "wasi:random/random=dice.js"], { cwd });
  expect(outcome).toEqual(failureOf(`the output \`./four.js\` is the input \`${realpathSync(join(cwd, "four.js"))}\` itself`));
  expect(readFileSync(join(cwd, "four.js"), "utf8")).toBe("export const four = 4n;\n");
});
