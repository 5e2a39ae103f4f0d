/** The names of functions that trap tell which option denies them, or which would let them through; and that is true. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { flagsAllowing } from "../../src/adapters/modules.ts";
import { parse as parseCommandLine } from "../../src/cli/command-line.ts";
import { libraryOptions } from "../../src/cli/library-options.ts";
import { VIRTUALIZE_OPTIONS } from "../../src/cli/options.ts";
import { Progress } from "../../src/cli/progress.ts";
import { parseInterfaceName } from "../../src/component/names.ts";
import { worldOf } from "../../src/component/world.ts";
import { virtualize } from "../../src/index.ts";
import type { Options } from "../../src/adapters/registry.ts";
import { settingsOf } from "../../src/virtualize/settings.ts";
import { planOf } from "../../src/virtualize/plan.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { bytesOf, interfacesIn } from "../compose/apps.ts";
import { everything } from "../compose/worlds.ts";

let all: Uint8Array;
beforeAll(async () => void (all = await everything("0.2.12")), 60_000);

/** Everything that an output calls denied: what follows the name of a function. */
function denials(app: Uint8Array, options: Options): ReadonlyMap<string, string> {
  const text = new TextDecoder("latin1").decode(bytesOf(virtualize(app, options).chunks));
  const names = text.matchAll(/((?:wasi|acme):[\w:/@.#[\]-]+) is denied(; [^;]* lets it through| by --deny-import)?/g);
  return new Map([...names].map(([, label = "", rest = ""]) => [label, rest]));
}

test("each names its option", () => {
  const found = denials(all, { deny: "trap", denyImports: ["wasi:cli/environment", "wasi:random/insecure"] });
  const texts = new Map([...found].map(([label, rest]) => [label.replace(/@.*/, ""), rest]));
  expect(Object.fromEntries(texts)).toMatchObject({
    "wasi:cli/exit": "; --allow-exit lets it through",
    "wasi:cli/stdin": "; --stdin allow lets it through",
    "wasi:cli/stderr": "; --stderr allow lets it through",
    "wasi:cli/environment": " by --deny-import",
    "wasi:clocks/monotonic-clock": "; --allow-clocks lets it through",
    "wasi:filesystem/preopens": "; --mount, --tmpfs or --preopen lets it through",
    "wasi:http/types": "; --allow-http lets it through",
    "wasi:random/random": "; --allow-random lets it through",
    "wasi:random/insecure": " by --deny-import",
    "wasi:sockets/instance-network": "; --allow-sockets lets it through",
  });
});

test.each([
  ["what denies it", `(import "acme:kv/store@1.0.0" (instance (export "get" (func (result u64)))))`, " by --deny-import"],
  [
    "the option of the resource that it mentions",
    `(import "wasi:filesystem/types@0.2.0" (instance $t (export "descriptor" (type (sub resource)))))
     (alias export $t "descriptor" (type $d))
     (import "acme:kv/store@1.0.0" (instance (alias outer 1 $d (type $e)) (export "get" (func (result (own $e))))))`,
    "; --mount, --tmpfs or --preopen lets it through",
  ],
])("a function outside of WASI names %s", async (_, imports, said) => {
  const denyImports = said.includes("deny-import") ? ["acme:kv/store"] : [];
  const found = denials(await parse(`(component ${imports})`), { denyImports });
  expect([...found]).toEqual([["acme:kv/store@1.0.0#get", said]]);
});

describe("the option lets it through:", () => {
  const bases = ["exit", "stdin", "stdout", "stderr"].map((each) => `wasi:cli/${each}`);
  const packages = ["clocks/wall-clock", "filesystem/types", "http/types", "random/random", "sockets/tcp"];
  const VALUES: Readonly<Record<string, string>> = { "--mount": "/a=file", "--tmpfs": "/a", "--preopen": "/a=/b" };

  test.each([...bases, ...packages.map((each) => `wasi:${each}`), "wasi:nn/graph"])("%s", async (base) => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "file"), "");
    const texts = flagsAllowing(base)?.split(/, | or /) ?? [];
    expect(texts.length).toBeGreaterThan(0);
    for (const option of texts) {
      const [name = "", value = VALUES[name]?.replace("file", join(folder, "file"))] = option.split(" ");
      const { given } = parseCommandLine([name, ...(value === undefined ? [] : [value])], VIRTUALIZE_OPTIONS);
      const { options } = await libraryOptions(given, new Progress(false));
      const settings = settingsOf({ deny: "trap", ...options });
      const world = base === "wasi:nn/graph" ? { ...worldOf(all), imports: withNn() } : worldOf(all);
      const { providers } = planOf(world, interfacesIn(all), settings);
      const key = [...providers.keys()].find((each) => parseInterfaceName(each)?.base === base) ?? "";
      expect([option, providers.get(key)]).not.toEqual([option, "deny"]);
      expect([option, providers.get(key)]).not.toEqual([option, undefined]);
    }
  });

  /** An interface of WASI that has no option of its own. */
  function withNn(): ReturnType<typeof worldOf>["imports"] {
    return new Map([...worldOf(all).imports, ["wasi:nn/graph@0.2.0", { kind: "instance", exports: new Map() }]]);
  }
});
