/** `--deterministic`: what it stands for, what overrides that, and what it leaves to the host. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { EXCLUSIONS } from "../../src/adapters/modules.ts";
import { ADAPTERS } from "../../src/adapters/registry.ts";
import { createAdapter, inspect, LinkError, OptionError, type Options, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

let app: Uint8Array;
beforeAll(async () => void (app = await adaptCommand(await cProgram("clock"))), BUILD_MILLISECONDS);

const policyOf = (options: Options): unknown => inspect(virtualized(app, { deterministic: true, ...options })).component.metadata?.policy;

test("it is a virtual clock, a seed and no terminals, and the output says so", () => {
  expect(policyOf({})).toEqual({ clock: "virtual", random: "seed", terminal: [], deterministic: true });
  const { report } = virtualize(app, { deterministic: true });
  expect(report.hostImports).toEqual([]);
  expect(report.warnings).toEqual([expect.stringMatching(/^deterministic: /)]);
  expect(virtualize(app, { deterministic: false }).report.warnings).toEqual([]);
});

test("each of these may be another one of ours", () => {
  const clock = { fixed: "2026-01-01T00:00:00Z" } as const;
  expect(policyOf({ clock, random: "zero", terminal: ["stdout"] })).toMatchObject({
    clock: "fixed:2026-01-01T00:00:00Z",
    random: "zero",
    terminal: ["stdout"],
  });
  // What is `undefined` is not given.
  expect(policyOf({ clock: undefined } as never)).toMatchObject({ clock: "virtual" });
});

test("the same options, written out, give the same parts", () => {
  const { report } = virtualize(app, { deterministic: true });
  const written: Options = { clock: { virtual: true }, random: { seed: "deterministic" }, terminal: [] };
  expect(virtualize(app, written).report.sizes.adapters).toBe(report.sizes.adapters);
});

test("the host's streams and its `exit` are left, and no terminal of its", () => {
  const { report } = virtualize(app, { deterministic: true, stdin: "allow", stdout: "allow", stderr: "allow", allowExit: true });
  const names = report.hostImports.map(({ name }) => name.replace(/@.*/, ""));
  expect(names.filter((name) => !name.startsWith("wasi:io/")).sort()).toEqual([
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
  ]);
});

const excluded = EXCLUSIONS.filter(([one]) => one === "deterministic").map(([, other]) => other);

test("what the host would decide contradicts it, each option that allows something among it", () => {
  const allowing = ADAPTERS.flatMap(({ options }) => Object.keys(options)).filter(
    (each) => each.startsWith("allow") && each !== "allowExit",
  );
  expect(allowing.length).toBeGreaterThan(8);
  expect(excluded).toEqual(expect.arrayContaining(allowing));
  const values: Readonly<Record<string, unknown>> = {
    preopens: [{ path: "/in", host: "/in" }],
    overlays: [{ path: "/in", host: "/in" }],
    hostFiles: [{ path: "/in/x", host: "/in/x" }],
    httpAllow: ["https://example.com/*"],
    socketsAllow: ["tcp:127.0.0.1:80"],
  };
  for (const each of excluded)
    expect(() => virtualize(app, { deterministic: true, [each]: values[each] ?? true })).toThrow(
      new OptionError("deterministic", `\`deterministic\` and \`${each}\` exclude each other`),
    );
  expect(() => virtualize(app, { deterministic: true, clock: { offset: "+1h" } })).toThrow(OptionError);
});

describe("whatever the options are, nothing else of the host is asked for", () => {
  test("an interface that is no one's", async () => {
    const component = await parse(`(component (import "acme:kv/store" (instance (export "get" (func)))))`);
    const message = /leaves nothing to the host .* `acme:kv\/store`/;
    expect(() => virtualize(component, { deterministic: true })).toThrow(message);
    expect(() => virtualize(component, { deterministic: true, denyImports: ["acme:kv/store"] })).not.toThrow();
  });

  test("a function by itself, and several of them", async () => {
    const component = await parse(`(component (import "one" (func)) (import "two" (func)))`);
    expect(() => virtualize(component, { deterministic: true })).toThrow(LinkError);
    expect(() => virtualize(component, { deterministic: true })).toThrow("`one`, `two`");
    expect(() => virtualize(component, { deterministic: true, denyImports: ["one", "two"] })).not.toThrow();
  });
});

test("an adapter alone may be deterministic", () => {
  const { report } = createAdapter({ deterministic: true });
  expect(report.hostImports).toEqual([]);
});

test("a contradiction is a wrong command line", () => {
  const run = (...args: readonly string[]): readonly [number | null, string] => {
    const { code, stderr } = wasiNest(["adapter", "--dry-run", "--deterministic", ...args], { cwd: temporaryDirectory() });
    return [code, stderr];
  };
  expect(run("--allow-random")).toEqual([2, expect.stringContaining("`--deterministic` and `--allow-random` exclude each other")]);
  expect(run("--clock=offset:+1h")).toEqual([2, expect.stringContaining("offset")]);
});
