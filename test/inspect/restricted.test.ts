/** What stands behind rules, as far as wiring shows it, and outputs that say so while it leads around them. */
import { beforeAll, describe, expect, test } from "vitest";
import { decodeComponent, encodeComponent, type Section } from "../../src/binary/component.ts";
import { inspect, type Options, virtualize } from "../../src/index.ts";
import { worldOf } from "../../src/component/world.ts";
import { METADATA_SECTION } from "../../src/inspect/metadata.ts";
import { adaptCommand, cProgram, rawGuest } from "../guests/index.ts";
import { together } from "../guests/waiting.ts";
import { virtualized } from "../run/on-hosts.ts";

type Kind<K extends Section["kind"]> = Extract<Section, { readonly kind: K }>;

/** `program` lies in one part with what answers it. */
let apps: Readonly<Record<"requests" | "connections" | "hello" | "program" | "together", Uint8Array>>;
beforeAll(async () => {
  const [requests, connections, program] = await Promise.all([rawGuest("requests"), rawGuest("connections"), cProgram("hello")]);
  apps = { requests, connections, program, hello: await adaptCommand(program), together: await together() };
});

/** The options with rules, and others that hand the same on without them. */
const CASES: readonly (readonly [
  rules: string,
  app: keyof typeof apps,
  withRules: Options,
  without: Options,
  restricted: readonly string[],
  past: Readonly<Record<string, readonly string[]>>,
])[] = [
  [
    "http",
    "requests",
    { httpAllow: ["https://a.example/*"] },
    { allowHttp: true },
    ["wasi:http/outgoing-handler@0.2.3"],
    { "wasi:http/outgoing-handler@0.2.3": ["handle"] },
  ],
  [
    "sockets",
    "connections",
    { socketsAllow: ["tcp:10.0.0.0/8:80"] },
    { allowSockets: true },
    ["wasi:sockets/udp@0.2.3", "wasi:sockets/tcp@0.2.3", "wasi:sockets/ip-name-lookup@0.2.3"],
    {
      "wasi:sockets/udp@0.2.3": ["[method]udp-socket.start-bind", "[method]udp-socket.stream", "[method]outgoing-datagram-stream.send"],
      "wasi:sockets/tcp@0.2.3": ["[method]tcp-socket.start-bind", "[method]tcp-socket.start-connect", "[method]tcp-socket.start-listen"],
      "wasi:sockets/ip-name-lookup@0.2.3": ["resolve-addresses"],
    },
  ],
  [
    "limits",
    "together",
    { allowClocks: true, limits: { "wasi:clocks/monotonic-clock#wait-for": 5 } },
    { allowClocks: true },
    ["wasi:clocks/monotonic-clock@0.3.0"],
    { "wasi:clocks/monotonic-clock@0.3.0": ["wait-for"] },
  ],
  [
    "environment",
    "hello",
    { allowEnv: ["APP_*"] },
    { allowEnv: true, allowArgs: true, allowCwd: true },
    [],
    { "wasi:cli/environment@0.2.12": ["get-environment"] },
  ],
  [
    "files",
    "hello",
    { preopens: [{ path: "/", host: "/" }], hide: ["**/.env"] },
    { allowFs: true },
    [],
    expect.objectContaining({ "wasi:filesystem/preopens@0.2.12": ["get-directories"] }) as Record<string, readonly string[]>,
  ],
  [
    "environment",
    "program",
    { allowEnv: ["APP_*"] },
    { allowEnv: true, allowArgs: true, allowCwd: true },
    [],
    { "wasi:cli/environment@0.2.0": ["get-environment"] },
  ],
  [
    "files",
    "program",
    { preopens: [{ path: "/", host: "/" }], hide: ["**/.env"] },
    { allowFs: true },
    [],
    expect.objectContaining({ "wasi:filesystem/preopens@0.2.0": ["get-directories"] }) as Record<string, readonly string[]>,
  ],
];

describe.each(CASES)("rules for %s of %s", (rules, name, withRules, without, restricted, past) => {
  const output = (options: Options): Uint8Array => virtualized(apps[name], { stdout: "allow", ...options });
  const bypassesOf = (component: Uint8Array): Readonly<Record<string, readonly string[]>> => {
    const { bypasses } = inspect(component);
    expect(new Set(bypasses.map((each) => each.rules))).toEqual(new Set([rules]));
    return Object.fromEntries(bypasses.map((each) => [each.import, each.functions]));
  };

  test("what stands behind them is told, and is what the report says", () => {
    const { app, bypasses } = inspect(output(withRules));
    expect(bypasses).toEqual([]);
    expect(app?.flatMap((each) => (each.outcome === "restricted" ? [each.name] : []))).toEqual(restricted);
    expect(app).toEqual(virtualize(apps[name], { stdout: "allow", ...withRules }).report.imports);
    const plain = inspect(output(without));
    expect(plain.bypasses).toEqual([]);
    expect(plain.app?.some(({ outcome }) => outcome === "restricted")).toBe(false);
  });

  test("an output without them that says it has them is found out", () => {
    const said = decodeComponent(output(withRules)).filter((each) => each.kind === "custom" && each.name === METADATA_SECTION);
    const rolesIn = (sections: readonly Section[]): string =>
      sections
        .flatMap((each) =>
          each.kind === "custom" && each.name === METADATA_SECTION ? [JSON.parse(Buffer.from(each.bytes).toString()).roles as string] : [],
        )
        .join();
    const real = decodeComponent(output(without));
    const text = said.map((each) => (each.kind === "custom" ? Buffer.from(each.bytes).toString() : "")).join();
    const forged: Section[] = real.map((each) =>
      each.kind === "custom" && each.name === METADATA_SECTION
        ? { ...each, bytes: new TextEncoder().encode(JSON.stringify({ ...JSON.parse(text), roles: rolesIn(real) })) }
        : each,
    );
    const found = bypassesOf(encodeComponent(forged));
    expect(found).toEqual(past);
  });
});

describe("a layer of rules that is wired otherwise", () => {
  const HANDLER = "wasi:http/outgoing-handler@0.2.3";
  /** The output with the layer around the app changed. */
  const changed = (change: (layer: Section[]) => void): Uint8Array => {
    const sections = decodeComponent(virtualized(apps.requests, { stdout: "allow", httpAllow: ["https://a.example/*"] }));
    const components = sections.filter((each): each is Kind<"component"> => each.kind === "component");
    const app = components.at(-1)!;
    const layer = [...decodeComponent(app.bytes)];
    change(layer);
    const bytes = encodeComponent(layer);
    return encodeComponent(sections.map((each) => (each === app ? { ...each, bytes } : each)));
  };
  /** The index of an instance that is imported, and where the app is instantiated. */
  const importIndex = (layer: readonly Section[], name: string): number =>
    layer
      .flatMap((each) => (each.kind === "import" ? each.items : []))
      .filter(({ type }) => type.kind === "instance")
      .findIndex((each) => each.name.name === name);
  const rewired = (layer: Section[], idx: (layer: readonly Section[]) => number, only = HANDLER): void => {
    const at = layer.findLastIndex((each) => each.kind === "instance");
    const section = layer[at] as Kind<"instance">;
    const items = section.items.map((item) =>
      item.kind === "instantiate"
        ? { ...item, args: item.args.map((arg) => (arg.name === only ? { ...arg, item: { ...arg.item, idx: idx(layer) } } : arg)) }
        : item,
    );
    layer[at] = { ...section, items };
  };

  test("an app that gets the function itself is found out", () => {
    const output = changed((layer) => rewired(layer, () => importIndex(layer, HANDLER)));
    expect(inspect(output).bypasses).toEqual([{ rules: "http", import: HANDLER, functions: ["handle"] }]);
    expect(inspect(output).app).toContainEqual({ name: HANDLER, outcome: "allowed" });
  });

  test("so is one that gets it in a bundle", () => {
    const output = changed((layer) => {
      const at = layer.findLastIndex((each) => each.kind === "instance");
      const count = (sort: "func" | "instance" | "type"): number =>
        layer.slice(0, at).reduce((sum, each) => {
          if (each.kind === "import") return sum + each.items.filter(({ type }) => type.kind === sort).length;
          if (each.kind === "alias") return sum + each.items.filter((item) => item.sort === sort).length;
          return each.kind === sort && (each.kind === "instance" || each.kind === "type") ? sum + each.items.length : sum;
        }, 0);
      const { items, ...section } = layer[at] as Kind<"instance">;
      const handler = worldOf(apps.requests).imports.get(HANDLER);
      const names = handler?.kind === "instance" ? [...handler.exports].map(([name, { kind }]) => [name, kind] as const) : [];
      const next = { func: count("func"), type: count("type") };
      const taken = names.map(([name, kind]) => {
        const sort = kind === "func" ? "func" : "type";
        return { name, sort, idx: next[sort]++ } as const;
      });
      const instance = importIndex(layer, HANDLER);
      const aliases = taken.map(({ name, sort }) => ({ sort, target: { kind: "export", instance, name } }) as const);
      const exports = taken.map(({ name, sort, idx }) => ({ name: { kind: "plain", name }, item: { sort, idx } }) as const);
      const before = count("instance") + items.length - 1;
      layer.splice(
        at,
        1,
        { ...section, items: items.slice(0, -1) },
        { ...section, kind: "alias", items: aliases },
        { ...section, items: [{ kind: "exports", exports }] },
        { ...section, items: items.slice(-1) },
      );
      // The app comes one later.
      for (const [i, each] of layer.entries())
        if (each.kind === "alias")
          layer[i] = {
            ...each,
            items: each.items.map((item) => {
              const { target } = item;
              return target.kind === "export" && target.instance === before
                ? { ...item, target: { ...target, instance: before + 1 } }
                : item;
            }),
          };
      rewired(layer, () => before);
    });
    expect(inspect(output).bypasses).toEqual([{ rules: "http", import: HANDLER, functions: [] }]);
  });
});

test("rules beside files, limits and each other are no contradiction", () => {
  const entry = { kind: "directory", entries: new Map() } as const;
  const files: Options = { stdout: { file: "/out" }, mounts: [{ path: "/", entry, writable: true }] };
  const http: Options = { httpAllow: ["https://a.example/*"], httpHeaders: { Authorization: "secret" } };
  const handle = { "wasi:http/outgoing-handler#handle": 3 };
  const once = virtualized(apps.requests, { stdout: "allow", ...http });
  const among: readonly (readonly [Uint8Array, Options])[] = [
    [apps.requests, { ...files, ...http, limits: handle }],
    [once, { ...http, stdout: { prefix: "out " }, limits: handle }],
    [
      apps.connections,
      { ...files, socketsAllow: ["tcp:10.0.0.0/8:80"], limits: { "wasi:sockets/tcp#[method]tcp-socket.start-connect": 3 } },
    ],
    [apps.hello, { stdout: "allow", allowEnv: ["A"], limits: { "wasi:cli/environment#get-environment": 3 } }],
    [apps.hello, { preopens: [{ path: "/", host: "/" }], hide: ["x"], limits: { "wasi:filesystem/preopens#get-directories": 3 } }],
  ];
  for (const [app, options] of among) expect(inspect(virtualized(app, options)).bypasses).toEqual([]);
});
