/** Who provides what: options and imports on one side, a provider for each interface on the other. */
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "@bytecodealliance/jco";
import { NO_INTERFACE } from "../../src/compose/part.ts";
import { Interfaces } from "../../src/component/interfaces.ts";
import { worldOf } from "../../src/component/world.ts";
import { LinkError } from "../../src/errors.ts";
import type { Directory, Entry } from "../../src/image/tree.ts";
import type { IoCore } from "../../src/adapters/io/index.ts";
import type { Options } from "../../src/adapters/registry.ts";
import { settingsOf } from "../../src/virtualize/settings.ts";
import { type Plan, planOf } from "../../src/virtualize/plan.ts";
import { importing, interfacesIn } from "../compose/apps.ts";
import { customInterfaces, everything, mixedVersions } from "../compose/worlds.ts";

let all: Uint8Array;
let custom: Uint8Array;
beforeAll(async () => void ([all, custom] = await Promise.all([everything("0.2.12"), customInterfaces()])), 60_000);

function plan(app: Uint8Array, options: Options): Plan {
  const world = worldOf(app);
  const interfaces = new Interfaces();
  for (const [name, item] of world.imports) if (item.kind === "instance") interfaces.add(name, item.exports);
  return planOf(world, interfaces, settingsOf(options));
}

/** What the io adapter would be made with. */
function decided(app: Uint8Array, options: Options): IoCore["decided"] {
  const core = plan(app, options).cores.find(({ id }) => id === "io");
  if (core === undefined) throw new Error("io has finished without a core");
  return (core as IoCore).decided;
}

/** An app that imports these of WASI's interfaces, whole. */
function part(...bases: readonly string[]): Uint8Array {
  const interfaces = interfacesIn(all);
  return importing(interfaces, new Map(bases.map((base) => [`${base}@0.2`, new Set(interfaces.get(`${base}@0.2`)?.exports.keys())])));
}

const tree: Directory = { kind: "directory", entries: new Map() };
const mounts: Options["mounts"] = [{ path: "/a", entry: tree }];
const deep: Directory = {
  kind: "directory",
  entries: new Map<string, Entry>([
    ["inner", tree],
    ["file", { kind: "file", contents: new Uint8Array() }],
    ["link", { kind: "link", target: "inner" }],
  ]),
};

describe("with everything imported", () => {
  const cases: readonly (readonly [string, Options, Readonly<Record<string, string>>])[] = [
    [
      "nothing",
      {},
      {
        "cli/environment": "environment",
        "cli/stdout": "io",
        "io/streams": "io",
        "io/poll": "io",
        "io/error": "io",
        "filesystem/types": "deny",
        "clocks/monotonic-clock": "deny",
        "cli/exit": "deny",
        "http/types": "deny",
        "cli/terminal-stdout": "deny",
      },
    ],
    [
      "all",
      { allowAll: true },
      {
        "cli/environment": "host",
        "cli/stdout": "host",
        "io/streams": "host",
        "io/poll": "host",
        "filesystem/types": "host",
        "sockets/tcp": "host",
        "cli/exit": "host",
      },
    ],
    [
      "clocks: their pollables are the host's",
      { allowClocks: true },
      { "clocks/monotonic-clock": "host", "clocks/wall-clock": "host", "io/poll": "host", "io/streams": "io" },
    ],
    ["random", { allowRandom: true }, { "random/random": "host", "random/insecure-seed": "host", "io/poll": "io" }],
    [
      "http, beside virtual streams",
      { allowHttp: true },
      { "http/types": "host", "http/outgoing-handler": "host", "io/streams": "io", "io/poll": "host" },
    ],
    [
      "one stream, with its terminal",
      { stdout: "allow" },
      {
        "cli/stdout": "io",
        "cli/terminal-stdout": "host",
        "cli/terminal-output": "host",
        "cli/terminal-stderr": "deny",
        "cli/terminal-stdin": "deny",
        "io/poll": "host",
      },
    ],
    [
      "all streams: they need no adapter",
      { stdin: "allow", stdout: "allow", stderr: "allow" },
      {
        "cli/stdin": "host",
        "cli/stdout": "host",
        "io/streams": "host",
        "io/error": "host",
        "io/poll": "host",
        "filesystem/types": "deny",
      },
    ],
    ["files", { mounts }, { "filesystem/types": "io", "filesystem/preopens": "io", "io/streams": "io" }],
    [
      "files, and the rest of the host",
      { mounts, allowAll: true },
      { "filesystem/types": "io", "io/streams": "io", "cli/stdout": "io", "cli/environment": "host" },
    ],
    [
      "a fixed variable, and the rest of the host",
      { env: { A: "b" }, allowAll: true },
      { "cli/environment": "environment", "cli/stdout": "host" },
    ],
    ["all but one import", { allowAll: true, denyImports: ["wasi:cli/exit"] }, { "cli/exit": "deny", "cli/stdout": "host" }],
  ];
  test.for(cases)("allows %s", ([, options, expected]) => {
    const { providers } = plan(all, options);
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, providers.get(`wasi:${name}@0.2`)]));
    expect(found).toEqual(expected);
  });
});

describe("a stream's terminal", () => {
  const outcomes = (app: Uint8Array, options: Options, exports: string): readonly unknown[] => {
    const world = { ...worldOf(app), exports: new Map([[exports, { kind: "instance", exports: new Map() } as const]]) };
    const interfaces = new Interfaces();
    for (const [name, item] of world.imports) if (item.kind === "instance") interfaces.add(name, item.exports);
    const { providers } = planOf(world, interfaces, settingsOf(options));
    return ["stdin", "stdout", "stderr", "input", "output"].map((each) => providers.get(`wasi:cli/terminal-${each}@0.2`));
  };
  const [HANDLER, RUN] = ["wasi:http/incoming-handler@0.2.3", "wasi:cli/run@0.2.3"];

  test("is the host's where the stream is, of a command", () => {
    expect(outcomes(all, { stdout: "allow" }, RUN)).toEqual(["deny", "host", "deny", "deny", "host"]);
    expect(outcomes(all, { stderr: "allow" }, RUN)).toEqual(["deny", "deny", "host", "deny", "host"]);
    expect(outcomes(all, { stdin: "allow" }, RUN)).toEqual(["host", "deny", "deny", "host", "deny"]);
  });

  test("is denied to a handler of HTTP, whose hosts have none, unless everything is allowed", () => {
    const streams: Options = { stdin: "allow", stdout: "allow", stderr: "allow" };
    expect(new Set(outcomes(all, streams, HANDLER))).toEqual(new Set(["deny"]));
    expect(new Set(outcomes(all, streams, RUN))).toEqual(new Set(["host"]));
    expect(new Set(outcomes(all, { allowAll: true }, HANDLER))).toEqual(new Set(["host"]));
    expect(outcomes(all, { allowAll: true, stdout: "ignore" }, HANDLER)).toEqual(["host", "deny", "host", "host", "host"]);
    // Of 0.3 the same handler is another interface, which no one of these hosts runs.
    expect(new Set(outcomes(all, streams, "wasi:http/incoming-handler@0.3.0"))).toEqual(new Set(["host"]));
  });
});

describe("streams of the host reach the app", () => {
  test.for([
    [{}, false, false, false],
    [{ stdin: "allow" }, true, false, true],
    [{ stderr: "allow" }, false, true, true],
    [{ allowHttp: true }, true, true, true],
    [{ allowSockets: true }, true, true, true],
    [{ allowClocks: true }, false, false, true],
    [{ allowRandom: true }, false, false, false],
  ] as const)("with %j: inputs %s, outputs %s, pollables %s", ([options, hostInputs, hostOutputs, hostPollables]) => {
    expect(decided(all, options)).toMatchObject({ hostInputs, hostOutputs, hostPollables });
  });

  test("only through interfaces that the app imports", () => {
    const app = part("wasi:cli/stdin", "wasi:random/random");
    expect(decided(app, { stdout: "allow", allowHttp: true })).toMatchObject({
      hostInputs: false,
      hostOutputs: false,
      hostPollables: false,
    });
  });
});

test("pollables are the host's where streams are, even if only errors are in use", () => {
  const interfaces = interfacesIn(all);
  const whole = (key: string): ReadonlySet<string> => new Set(interfaces.get(key)?.exports.keys());
  const app = importing(
    interfaces,
    new Map([
      ["wasi:filesystem/types@0.2", new Set(["filesystem-error-code"])],
      ["wasi:io/streams@0.2", whole("wasi:io/streams@0.2")],
    ]),
  );
  const { providers } = plan(app, { allowFs: true });
  expect([providers.get("wasi:io/streams@0.2"), providers.get("wasi:io/poll@0.2")]).toEqual(["host", "host"]);
});

describe("what is written gets its times", () => {
  const tmpfs: Options["tmpfs"] = [{ path: "/tmp" }];
  test.for<[string, Options, string | undefined]>([
    ["from the host's clock where clocks are allowed", { tmpfs, allowClocks: true }, "host"],
    ["from the host's clock with everything allowed", { tmpfs, allowAll: true }, "host"],
    ["from a clock that stands in the place of the host's", { tmpfs, clock: { fixed: "2026-01-01T00:00:00Z" } }, "clocks"],
    ["from the host's clock with its offset", { tmpfs, clock: { offset: "+1h" } }, "clocks"],
    ["from nowhere where clocks are denied", { tmpfs }, undefined],
    ["from nowhere where that clock is denied by name", { tmpfs, allowClocks: true, denyImports: ["wasi:clocks/wall-clock"] }, undefined],
    ["from nowhere where nothing is writable", { mounts, allowClocks: true }, undefined],
    [
      "from nowhere where nothing is that the app sees",
      { mounts, stdout: { file: "/out" }, exportFiles: true, allowClocks: true },
      undefined,
    ],
  ])("%s", ([, options, clock]) => {
    expect(decided(all, options).clock).toBe(clock);
    expect(decided(part("wasi:filesystem/types", "wasi:filesystem/preopens"), options).clock).toBe(clock);
  });

  test("from nowhere where that clock is denied under the version that is imported", () => {
    const denyImports = ["wasi:clocks/wall-clock@0.2.12"];
    expect(decided(all, { tmpfs, allowClocks: true, denyImports }).clock).toBe(undefined);
  });

  test("from nowhere for a component without files", () => {
    expect(decided(part("wasi:clocks/wall-clock"), { tmpfs, allowClocks: true }).clock).toBe(undefined);
  });
});

describe("a stream's file that no app sees", () => {
  const options: Options = { stdout: { file: "/out" }, exportFiles: true };
  const providersOf = (more: Options): readonly (string | undefined)[] => {
    const { providers } = plan(all, { ...options, ...more });
    return ["wasi:cli/stdout", "wasi:filesystem/types", "wasi:cli/terminal-stdout"].map((base) => providers.get(`${base}@0.2`));
  };

  test("leaves the app the files that it has without it", () => {
    expect(providersOf({})).toEqual(["io", "deny", "deny"]);
    expect(providersOf({ allowFs: true })).toEqual(["io", "host", "deny"]);
    expect(providersOf({ allowAll: true })).toEqual(["io", "host", "deny"]);
    expect(providersOf({ mounts })).toEqual(["io", "io", "deny"]);
  });
});

describe("a warning", () => {
  test("says that files are mounted for a component that has no use for them", () => {
    expect(plan(part("wasi:random/random"), { mounts }).warnings).toEqual([expect.stringContaining("imports no `wasi:filesystem`")]);
  });

  test("says nothing of files that no app is to see", () => {
    expect(plan(part("wasi:random/random"), { stdout: { file: "/out" }, exportFiles: true }).warnings).toEqual([]);
  });

  test("says that there is nothing to deny of what is known of WASI", () => {
    for (const entry of ["wasi:sockets/tcp", "wasi:sockets/*", "wasi:sockets/tcp@0.2.3"])
      expect(plan(part("wasi:random/random"), { denyImports: [entry] }).warnings).toEqual([
        `nothing to deny: \`${entry}\` is not among the imports`,
      ]);
  });

  test("says that mounts are in the way of the host's directories where everything is allowed", () => {
    const warning = "not all directories of the host are allowed: the component sees only mounts and `preopens`";
    for (const given of [{ allowAll: true }, { allowFs: true }])
      expect(plan(all, { mounts: [{ path: "/", entry: tree }], ...given }).warnings).toEqual([warning]);
    expect(plan(all, { mounts, preopens: [{ path: "/b", host: "/" }], allowAll: true }).warnings).toEqual([warning]);
    expect(plan(all, { mounts, allowAll: true, allowFs: false }).warnings).toEqual([]);
    expect(plan(all, { allowAll: true }).warnings).toEqual([]);
  });

  test("says which of the host's directories are left out beside mounts", () => {
    const warning = "directories of the host that would be in a mount are left out: `preopens` puts them there";
    expect(plan(all, { mounts, allowFs: true }).warnings).toEqual([warning]);
    expect(plan(all, { mounts, allowAll: true }).warnings).toEqual([warning]);
    expect(plan(all, { mounts, allowFs: true, allowAll: true }).warnings).toEqual([warning]);
  });

  test.each<[string, Options, string | undefined]>([
    ["/src", {}, "lies in no mount"],
    ["/src", { mounts }, "lies in no mount"],
    ["/src", { tmpfs: [{ path: "/tmp" }] }, "lies in no mount"],
    ["src", { mounts: [{ path: "/", entry: tree }] }, "is relative"],
    ["/src", { mounts: [{ path: "/", entry: tree }] }, "is not in `/`"],
    ["/data/none", { mounts: [{ path: "/data", entry: deep }] }, "is not in `/data`"],
    ["/data/file", { mounts: [{ path: "/data", entry: deep }] }, "is a file"],
    ["/data/file/x", { mounts: [{ path: "/data", entry: deep }] }, "is not in `/data`"],
    ["/tmp/x", { tmpfs: [{ path: "/tmp" }] }, "is not in `/tmp`"],
    ["/data/", { mounts: [{ path: "/data", entry: deep }] }, undefined],
    ["/data/inner", { mounts: [{ path: "/data", entry: deep }] }, undefined],
    ["/data/link/x", { mounts: [{ path: "/data", entry: deep }] }, undefined],
    ["/data/in/x", { mounts: [{ path: "/data", entry: deep }], preopens: [{ path: "/data/in", host: "/" }] }, undefined],
    ["/in/x", { preopens: [{ path: "/in", host: "/" }] }, undefined],
    ["/in/x", { overlays: [{ path: "/in", host: "/" }] }, undefined],
    ["/x", { mounts: [{ path: "/data", entry: deep }], allowFs: true }, undefined],
  ])("of the working directory %s with %j: %s", (cwd, options, why) => {
    const expected = why === undefined ? [] : [`the working directory \`${cwd}\` ${why}: relative paths of the program lead nowhere`];
    const ofDirectory = (warnings: readonly string[]): readonly string[] => warnings.filter((each) => each.includes("working directory"));
    expect(ofDirectory(plan(all, { ...options, cwd }).warnings)).toEqual(expected);
    // Who reads no files has no use for one.
    expect(ofDirectory(plan(part("wasi:random/random"), { ...options, cwd }).warnings)).toEqual([]);
    expect(ofDirectory(plan(all, options).warnings)).toEqual([]);
  });

  test("is not there without a reason", () => {
    expect(plan(all, { mounts, denyImports: ["wasi:cli/exit"] }).warnings).toEqual([]);
  });
});

describe("imports outside WASI", () => {
  test("are the host's, even with everything denied", () => {
    expect(plan(custom, { allowFs: true, allowHttp: true }).providers.get("acme:kit/store@1")).toBe("host");
  });

  test("are denied by name", () => {
    expect(plan(custom, { denyImports: ["acme:kit/*"] }).providers.get("acme:kit/plain@1")).toBe("deny");
  });

  test("may be functions, which are denied by name too", () => {
    const { providers, deniedFunctions } = plan(custom, { denyImports: [{ name: "log", deny: "trap" }] });
    expect(providers.get("log")).toBe("deny");
    expect(deniedFunctions).toContainEqual(expect.objectContaining({ key: NO_INTERFACE, name: "log", denial: "trap" }));
  });

  test("cannot be denied if they are something else", async () => {
    const app = await parse(`(component (import "t" (type (sub resource))))`);
    expect(() => plan(app, { denyImports: ["t"] })).toThrow(
      new LinkError("import `t` is a type, only interfaces and functions can be denied", {
        import: "t",
        wanted: "instance or func",
        found: "type",
      }),
    );
  });

  test("cannot be denied if they mention a resource that no interface has", async () => {
    const app = await parse(`(component (import "t" (type $t (sub resource))) (import "f" (func (param "t" (own $t)))))`);
    expect(() => plan(app, { denyImports: ["f"] })).toThrow(
      new LinkError("import `f` cannot be denied: it mentions a resource that is imported by itself", { import: "f" }),
    );
  });

  test("may be functions that mention a denied resource, and are denied then", async () => {
    const app = await parse(`(component
      (import "wasi:filesystem/types@0.2.0" (instance $types (export "descriptor" (type (sub resource)))))
      (alias export $types "descriptor" (type $descriptor))
      (import "log-dir" (func (param "dir" (borrow $descriptor)))))`);
    expect(plan(app, { allowFs: true })).toMatchObject({ deniedFunctions: [], warnings: [] });
    const { deniedFunctions, warnings } = plan(app, { deny: "trap" });
    expect(deniedFunctions).toEqual([expect.objectContaining({ key: NO_INTERFACE, name: "log-dir", denial: "trap" })]);
    expect(warnings).toEqual(["`log-dir` mentions the denied `descriptor`: it is denied too"]);
  });

  test("are denied one by one where they mention a denied resource, as that is, and a warning says so", () => {
    const { providers, deniedFunctions, warnings } = plan(custom, { denyImports: [{ name: "wasi:filesystem/types", deny: "trap" }] });
    expect(providers.get("acme:kit/store@1")).toBe("host");
    expect(deniedFunctions).toEqual([expect.objectContaining({ key: "acme:kit/store@1", name: "measure", denial: "trap" })]);
    expect(warnings).toEqual(["`acme:kit/store` `measure` mentions the denied `descriptor`: it is denied too"]);
  });

  test("share a warning where they mention the same resource", () => {
    const { warnings } = plan(custom, { allowAll: true, denyImports: ["wasi:io/poll"] });
    expect(warnings).toContainEqual(
      "`wasi:io/streams` `[method]input-stream.subscribe`, `[method]output-stream.subscribe` mention the denied `pollable`: they are denied too",
    );
  });

  test("are not for adapters to deny; the message says what to do", () => {
    expect(() => plan(custom, { denyImports: ["wasi:io/error"] })).toThrow(
      /`wasi:io\/streams@0\.2\.12`: `error` needs the resource `error` of `wasi:io\/error`, which is denied: deny `wasi:io\/streams` too/,
    );
  });
});

describe("denied interfaces", () => {
  const denialsOf = (options: Options, ...names: readonly string[]): readonly unknown[] => {
    const { providers, denials } = plan(all, options);
    return names.map((name) => (providers.get(`wasi:${name}@0.2`) === "deny" ? denials.get(`wasi:${name}@0.2`) : "not denied"));
  };

  test("answer with errors unless told otherwise, all or one", () => {
    expect(denialsOf({}, "cli/exit", "sockets/tcp")).toEqual(["error", "error"]);
    expect(denialsOf({ deny: "trap" }, "cli/exit", "sockets/tcp")).toEqual(["trap", "trap"]);
    expect(denialsOf({ denyImports: [{ name: "wasi:cli/exit", deny: "trap" }] }, "cli/exit", "sockets/tcp")).toEqual(["trap", "error"]);
    expect(denialsOf({ deny: "trap", denyImports: [{ name: "wasi:cli/exit", deny: "error" }] }, "cli/exit")).toEqual(["error"]);
  });

  test("answer as the last entry says that means them", () => {
    const denyImports = [{ name: "wasi:sockets/*", deny: "trap" } as const, "wasi:sockets/udp"];
    expect(denialsOf({ denyImports }, "sockets/tcp", "sockets/udp")).toEqual(["trap", "error"]);
  });

  test("leave terminals that are none out of it, unless they are named", () => {
    expect(denialsOf({ deny: "trap" }, "cli/terminal-stdout", "cli/terminal-output")).toEqual(["error", "error"]);
    const denyImports = [{ name: "wasi:cli/terminal-stdout", deny: "trap" } as const];
    expect(denialsOf({ denyImports }, "cli/terminal-stdout", "cli/terminal-output")).toEqual(["trap", "error"]);
  });

  test("are closed streams, or traps", () => {
    expect(decided(all, { stdin: "allow", denyImports: ["wasi:cli/stdin"] })).toMatchObject({ stdin: "deny", hostInputs: false });
    expect(denialsOf({ stdin: "allow", denyImports: ["wasi:cli/stdin"] }, "cli/stdin")).toEqual(["not denied"]);
    expect(denialsOf({ deny: "trap", stdout: "ignore" }, "cli/stdin", "cli/stdout")).toEqual(["trap", "not denied"]);
    expect(denialsOf({ stdin: "allow", denyImports: [{ name: "wasi:cli/stdin", deny: "trap" }] }, "cli/stdin")).toEqual(["trap"]);
  });

  test("need no adapter where they are streams that trap", () => {
    const { providers } = plan(all, { allowAll: true, denyImports: [{ name: "wasi:cli/stdin", deny: "trap" }] });
    expect(providers.get("wasi:io/streams@0.2")).toBe("host");
  });
});

test("an interface that is imported under several versions is denied if one of them is", async () => {
  const app = await mixedVersions();
  for (const version of ["0.2.0", "0.2.4", "0.2.12"]) {
    const { providers } = plan(app, { allowAll: true, denyImports: [`wasi:cli/exit@${version}`] });
    expect(providers.get("wasi:cli/exit@0.2")).toBe("deny");
  }
});

test("an entry for any version of a series means all of it, and the last decides how", async () => {
  const app = await mixedVersions();
  for (const [one, other] of [
    ["0.2.0", "0.2.12"],
    ["0.2.12", "0.2.7"],
  ]) {
    const denyImports = [`wasi:cli/exit@${one}`, { name: `wasi:cli/exit@${other}`, deny: "trap" } as const];
    expect(plan(app, { denyImports }).denials.get("wasi:cli/exit@0.2")).toBe("trap");
    expect(plan(app, { denyImports: denyImports.toReversed() }).denials.get("wasi:cli/exit@0.2")).toBe("error");
  }
});

describe("other versions", () => {
  /** An app that imports one interface under another version, beside one of 0.2. */
  function withVersion(version: string): Uint8Array {
    const interfaces = new Interfaces();
    const exportsOf = (base: string) => interfacesIn(all).get(`${base}@0.2`)?.exports ?? new Map();
    interfaces.add(`wasi:random/random@${version}`, exportsOf("wasi:random/random"));
    interfaces.add("wasi:random/insecure@0.2.12", exportsOf("wasi:random/insecure"));
    return importing(interfaces, new Map(interfaces.keys().map((key) => [key, new Set(interfaces.get(key)?.exports.keys())])));
  }

  test("of a later series are refused", () => {
    expect(() => plan(withVersion("0.4.0"), {})).toThrow(
      new LinkError(
        "imports of WASI that are neither 0.2 nor 0.3 cannot be virtualized and would be the host's: `wasi:random/random@0.4.0`; `allowAll` allows them, or `denyImports` denies them",
      ),
    );
  });

  test("of 0.3 are denied as those of 0.2 are", () => {
    expect(plan(withVersion("0.3.0"), {}).providers.get("wasi:random/random@0.3")).toBe("deny");
  });

  test("of a later series are the host's where their subsystem is, or denied by name", () => {
    for (const series of ["0.3", "0.4"]) {
      for (const options of [{ allowRandom: true }, { allowAll: true }])
        expect(plan(withVersion(`${series}.0`), options).providers.get(`wasi:random/random@${series}`)).toBe("host");
      const denyImports = [`wasi:random/random@${series}.1`];
      const { providers } = plan(withVersion(`${series}.0`), { allowAll: true, denyImports });
      expect(providers.get(`wasi:random/random@${series}`)).toBe("deny");
    }
  });

  test("that are release candidates are refused", () => {
    expect(() => plan(withVersion("0.2.0-rc-1"), {})).toThrow(
      new LinkError(
        "import `wasi:random/random@0.2.0-rc-1`: version 0.2.0-rc-1 has other types than 0.2, and only 0.2.x and 0.3.x can be virtualized",
        { import: "wasi:random/random@0.2.0-rc-1" },
      ),
    );
  });
});
