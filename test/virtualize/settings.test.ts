import { describe, expect, test } from "vitest";
import type { Mount } from "../../src/adapters/filesystem/mounts.ts";
import { OptionError } from "../../src/errors.ts";
import { environmentSettings, isHostEnvironment } from "../../src/adapters/environment/settings.ts";
import { filesystemSettings } from "../../src/adapters/filesystem/settings.ts";
import { wordFor } from "../../src/adapters/modules.ts";
import type { Options } from "../../src/adapters/registry.ts";
import { stdioSettings } from "../../src/adapters/stdio/settings.ts";
import { settingsOf } from "../../src/virtualize/settings.ts";

const mounts: readonly Mount[] = [{ path: "/a", entry: { kind: "directory", entries: new Map() } }];

/** The words of the modules whose interfaces are the host's. */
const allowed = (options: Options): ReadonlySet<string> =>
  new Set(settingsOf(options).modules.flatMap(({ isAllowed, module }) => (isAllowed === true ? [module.name] : [])));

describe("refused, by the option's name:", () => {
  // What a caller without types may give.
  const wrong = (value: string): "allow" => value as "allow";
  const cases: readonly (readonly [string, option: keyof Options, Options])[] = [
    ["an unknown word for stdin", "stdin", { stdin: wrong("yes") }],
    ["an unknown word for stdout", "stdout", { stdout: wrong("") }],
    ["an unknown word for stderr", "stderr", { stderr: wrong("Allow") }],
    ["fixed arguments beside the host's", "allowArgs", { allowArgs: true, args: [] }],
    ["a fixed argument zero beside the host's arguments", "allowArgs", { allowArgs: true, arg0: "a" }],
    ["a fixed working directory beside the host's", "allowCwd", { allowCwd: true, cwd: "/" }],
    ["a variable without a name", "env", { env: { "": "a" } }],
    ["a variable's name with `=`", "env", { env: { "A=B": "a" } }],
    ["a variable's name with NUL", "env", { env: { "A\0": "a" } }],
    ["an empty list of the host's variables", "allowEnv", { allowEnv: [] }],
    ["a variable of the host's without a name", "allowEnv", { allowEnv: ["A", ""] }],
    ["a variable of the host's with `=`", "allowEnv", { allowEnv: ["A=B"] }],
    ["a variable of the host's with NUL", "allowEnv", { allowEnv: ["A\0"] }],
    ["a variable's value with NUL", "env", { env: { A: "\0" } }],
    ["an unknown way to deny", "deny", { deny: "no" as "trap" }],
    ["an unknown way to deny an import", "denyImports", { denyImports: [{ name: "a:b/c", deny: "" as "trap" }] }],
    ["a limit of bytes below zero", "fsMaxBytes", { tmpfs: [{ path: "/tmp" }], fsMaxBytes: -1 }],
    ["a limit of files that is no number", "fsMaxFiles", { tmpfs: [{ path: "/tmp" }], fsMaxFiles: Number.NaN }],
    ["a limit of bytes where nothing is writable", "fsMaxBytes", { mounts, fsMaxBytes: 1 }],
    ["a limit of files where nothing is writable", "fsMaxFiles", { fsMaxFiles: 1 }],
    ["a stream that is no file either", "stdout", { stdout: {} as { file: string } }],
    ["an output in no mount", "stdout", { stdout: { file: "/out" } }],
    ["an output that nobody sees, beside what is writable", "stderr", { stderr: { file: "/out" }, tmpfs: [{ path: "/tmp" }] }],
    ["an input in no mount", "stdin", { stdin: { file: "/in" }, tmpfs: [{ path: "/tmp" }] }],
    ["files to export where nothing is writable", "exportFiles", { exportFiles: true, mounts }],
    ["a mount without a path", "mounts", { mounts: [{ path: "", entry: { kind: "directory", entries: new Map() } }] }],
    ["a relative mount that climbs", "mounts", { mounts: [{ path: "a/..", entry: { kind: "directory", entries: new Map() } }] }],
  ];
  test.for(cases)("%s (`%s`)", ([, option, options]) => {
    expect(() => settingsOf(options)).toThrow(OptionError);
    expect(() => settingsOf(options)).toThrow(expect.objectContaining({ option }));
  });
});

describe("nothing asked for", () => {
  test("denies everything", () => {
    expect(stdioSettings({}, false)).toEqual({ stdin: "deny", stdout: "deny", stderr: "deny" });
    expect(filesystemSettings({}, false, false)).toMatchObject({ preopens: [], hostDirectories: false });
    expect(settingsOf({}).allowAll).toBe(false);
    expect(allowed({})).toEqual(new Set());
  });

  test("leaves the program's name alone among the arguments", () => {
    expect(environmentSettings({}, false)).toEqual({ variables: [], hostVariables: { kind: "none" }, arguments: ["app"], cwd: undefined });
    expect(environmentSettings({ programName: "tool" }, false).arguments).toEqual(["tool"]);
  });
});

const WORDS = ["clocks", "config", "exit", "filesystem", "http", "random", "sockets"];

describe("all allowed", () => {
  test("is the host's environment, untouched", () => {
    expect(isHostEnvironment(environmentSettings({}, true))).toBe(true);
    expect(allowed({ allowAll: true })).toEqual(new Set(WORDS));
    expect(stdioSettings({}, true)).toEqual({ stdin: "allow", stdout: "allow", stderr: "allow" });
  });

  test("gives way to whatever else is said", () => {
    const options: Options = { allowAll: true, allowHttp: false, stdout: "deny", args: ["a"], cwd: "/b", allowEnv: ["C"], mounts };
    expect(allowed(options)).toEqual(new Set(WORDS.filter((word) => word !== "http")));
    expect(allowed({ allowAll: true, allowFs: false, mounts }).has("filesystem")).toBe(false);
    expect(stdioSettings(options, true).stdout).toBe("deny");
    expect(environmentSettings(options, true)).toEqual({
      variables: [],
      hostVariables: { kind: "named", names: ["C"] },
      arguments: ["app", "a"],
      cwd: "/b",
    });
  });
});

test("a fixed variable beside all of the host's is no longer the host's environment", () => {
  expect(isHostEnvironment(environmentSettings({ env: { A: "b" } }, true))).toBe(false);
});

test("`arg0` comes before the arguments, and before the program's name", () => {
  expect(environmentSettings({ arg0: "zero", programName: "name", args: ["one"] }, false).arguments).toEqual(["zero", "one"]);
});

test("imports are denied as the rest is, unless they say otherwise", () => {
  const denyImports = ["a:b/c", { name: "d:e/f" }, { name: "g:h/i", deny: "error" }] as const;
  expect(settingsOf({ deny: "trap", denyImports }).denyImports).toEqual([
    { name: "a:b/c", deny: "trap" },
    { name: "d:e/f", deny: "trap" },
    { name: "g:h/i", deny: "error" },
  ]);
});

test("limits are those that were given, zero too", () => {
  expect(filesystemSettings({ tmpfs: [{ path: "/tmp" }], fsMaxBytes: 0 }, false, false).limits).toEqual({ maxBytes: 0 });
  expect(filesystemSettings({ mounts: mounts.map((mount) => ({ ...mount, writable: true })), fsMaxFiles: 9 }, false, false).limits).toEqual(
    {
      maxFiles: 9,
    },
  );
  expect(filesystemSettings({ mounts }, false, false).limits).toEqual({});
});

test("all that is allowed beside files of our own are the host's directories, too, where they do not all lie in one of ours", () => {
  const isAllowed = (options: Options): readonly boolean[] => {
    const { isAllowed: own, hostDirectories, leavesHostFilesOut } = filesystemSettings(options, true, false);
    return [own, hostDirectories, leavesHostFilesOut];
  };
  expect(isAllowed({})).toEqual([true, false, false]);
  expect(isAllowed({ tmpfs: [{ path: "/tmp" }] })).toEqual([true, true, false]);
  expect(isAllowed({ tmpfs: [{ path: "/tmp" }], allowFs: false })).toEqual([false, false, false]);
  expect(isAllowed({ tmpfs: [{ path: "/" }] })).toEqual([false, false, true]);
  expect(isAllowed({ preopens: [{ path: "/a", host: "/" }] })).toEqual([false, false, true]);
  expect(isAllowed({ tmpfs: [{ path: "/tmp" }], preopens: [{ path: "/tmp/a", host: "/" }] })).toEqual([false, false, true]);
});

test.for([
  ["wasi:clocks/wall-clock", "clocks"],
  ["wasi:cli/exit", "exit"],
  ["wasi:filesystem/preopens", "filesystem"],
  ["wasi:http/outgoing-handler", "http"],
  ["wasi:random/insecure-seed", "random"],
  ["wasi:sockets/ip-name-lookup", "sockets"],
  ["wasi:cli/environment", "environment"],
  ["wasi:cli/terminal-output", "terminals"],
  ["wasi:cli/other", undefined],
  ["acme:http/types", undefined],
] as const)("`%s` belongs to %s", ([base, word]) => {
  expect(wordFor(base)).toBe(word);
});

test("options that a caller changes mean what they say now", () => {
  const options: { allowFs: boolean } = { allowFs: true };
  expect(allowed(options).has("filesystem")).toBe(true);
  options.allowFs = false;
  expect(allowed(options).has("filesystem")).toBe(false);
});
