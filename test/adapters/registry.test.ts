/** What all modules have to be: nothing about one of them may be written elsewhere, so what is missing here is missing. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FlagSyntax } from "../../src/adapters/option-table.ts";
import { flagOf, flagsOf, groupsOf, moduleOfKey, WORDS } from "../../src/adapters/modules.ts";
import { ADAPTERS } from "../../src/adapters/registry.ts";
import { virtualize } from "../../src/index.ts";
import { ROOT } from "../unit-tests.ts";

const options = ADAPTERS.flatMap((module) => Object.entries(module.options).map(([name, row]) => ({ module, name, row })));
const flags: readonly (readonly [string, FlagSyntax])[] = ADAPTERS.flatMap((module) => Object.entries(module.flags));

const repeated = (names: readonly string[]): readonly string[] => names.filter((name, i) => names.indexOf(name) !== i);

describe("no two modules", () => {
  test("have a name, an option, a flag, an alias or an interface in common", () => {
    expect(repeated(ADAPTERS.map(({ name }) => name))).toEqual([]);
    expect(repeated(options.map(({ name }) => name))).toEqual([]);
    expect(repeated(flags.map(([name]) => name))).toEqual([]);
    expect(repeated(flags.flatMap(([, { alias }]) => alias ?? []))).toEqual([]);
    expect(repeated(ADAPTERS.flatMap(({ interfaces }) => Object.keys(interfaces)))).toEqual([]);
    expect(repeated(ADAPTERS.flatMap(({ recorded }) => Object.keys(recorded?.checks ?? {})))).toEqual([]);
  });
});

describe.each(ADAPTERS.map((module) => [module.name, module] as const))("the module `%s`", (name, module) => {
  test("lies in a folder of its name", () => {
    expect(existsSync(join(ROOT, `src/adapters/${name}/index.ts`))).toBe(true);
  });

  test("has flags for its options only", () => {
    for (const [option, { flag, read }] of Object.entries(module.options)) {
      if (flag === undefined) expect([option, ["programName", "sourceDateEpoch"].includes(option)]).toEqual([option, true]);
      else expect(Object.keys(module.flags)).toContain(flag);
      // The flag's value is the option's, or something makes it of it.
      if (read === undefined && flag !== undefined) expect(module.flags[flag]?.optionalValue ?? false).toBe(false);
    }
  });

  test("excludes and needs what there is", () => {
    for (const { excludes = [] } of Object.values(module.options))
      for (const each of excludes) expect(options.map((o) => o.name)).toContain(each);
    for (const { excludes = [], needs } of Object.values(module.flags))
      for (const each of [...excludes, ...(needs === undefined ? [] : [needs.flag])])
        expect(Object.keys(flagsOf(ADAPTERS))).toContain(each);
  });

  test("says in the help what each flag is", () => {
    for (const [flag, { describe: text = "" }] of Object.entries(module.flags)) expect([flag, text]).not.toEqual([flag, ""]);
    const shown = groupsOf(ADAPTERS).flatMap(([, names]) => names);
    for (const flag of Object.keys(module.flags)) expect(shown).toContain(flag);
  });

  test("records what it allows in words that the section of outputs may have", () => {
    const { recorded = {} } = module.configure({}, { allowAll: true, deny: "error", traceDenied: false });
    for (const [key, value] of Object.entries(recorded)) {
      expect(Object.keys(module.recorded?.checks ?? {})).toContain(key);
      if (value !== undefined) expect([key, module.recorded?.checks[key]?.(value)]).toEqual([key, true]);
    }
  });

  test("denies everything where nothing was asked for", () => {
    const configured = module.configure({}, { allowAll: false, deny: "error", traceDenied: false });
    expect(configured.isAllowed ?? false).toBe(false);
    for (const base of Object.keys(module.interfaces)) expect([base, configured.isHosts(base.replace("/*", "/x"))]).toEqual([base, false]);
  });
});

test("each option that can be given has a line in docs/api.md and each flag one in the help", () => {
  const page = readFileSync(join(ROOT, "docs/api.md"), "utf8");
  for (const { name } of options) expect(page).toContain(`\`${name}\``);
});

test("the words of allowances are in docs/inspect.md", () => {
  const page = readFileSync(join(ROOT, "docs/inspect.md"), "utf8");
  for (const word of WORDS) expect(page).toContain(`\`${word}\``);
});

test("an option's flag is found by its name, and no other is", () => {
  expect(flagOf("allowClocks")).toBe("allow-clocks");
  expect(flagOf("programName")).toBeUndefined();
  expect(flagOf("toString")).toBeUndefined();
});

test("whatever is excluded is refused, by the library's own names", () => {
  const component = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  expect(() => virtualize(component, { allowArgs: true, args: [] })).toThrow("`allowArgs` and `args` exclude each other");
  expect(() => virtualize(component, { allowArgs: false, args: [] })).not.toThrow();
});

test("a list without places excludes nothing", () => {
  const component = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  expect(() => virtualize(component, { allowFs: true, preopens: [] })).not.toThrow();
  expect(() => virtualize(component, { allowFs: true, preopens: [{ path: "/a", host: "/b" }] })).toThrow("exclude each other");
});

test("nobody looks after an interface of WASI without a version, or of another", () => {
  const bases = ADAPTERS.filter(({ hasAnyVersion }) => hasAnyVersion !== true)
    .flatMap(({ interfaces }) => Object.keys(interfaces))
    .filter((name) => name.startsWith("wasi:"));
  expect(bases.length).toBeGreaterThan(10);
  for (const base of bases.map((name) => name.replace("/*", "/x"))) {
    const [none, later, first, second] = ["", "@0.4", "@0.2", "@0.3"].map((version) => moduleOfKey(base, `${base}${version}`));
    const isGone = base.startsWith("wasi:io/");
    expect([base, none, later, first, second]).toEqual([base, undefined, undefined, expect.anything(), isGone ? undefined : first]);
  }
});
