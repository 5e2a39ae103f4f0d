/** What each version of WASI 0.2 has, against the texts of that version. */
import { beforeAll, describe, expect, test } from "vitest";
import { importsOf, isKnownVersion, isStable, newestVersion } from "../../src/adapters/wasi-versions.ts";
import type { Exports } from "../../src/component/types.ts";
import { worldOf } from "../../src/component/world.ts";
import { everything } from "../compose/worlds.ts";
import { wasiVersions } from "../guests/index.ts";

/** `wasi:cli/exit@0.2.12#exit`, for every function and type. */
const labels = (imports: Exports): readonly string[] =>
  [...imports]
    .flatMap(([name, item]) => (item.kind === "instance" ? [...item.exports.keys()].map((label) => `${name}#${label}`) : []))
    .sort();

describe.each(wasiVersions)("WASI %s", (version) => {
  let published: readonly string[];
  beforeAll(async () => void (published = labels(worldOf(await everything(version)).imports)), 60_000);

  test("has what its texts say is stable, and nothing more that is", () => {
    const stable = labels(importsOf(version)).filter((each) => {
      const [, base = "", label = ""] = /^(.*)@[^#]*#(.*)$/.exec(each) ?? [];
      return isStable(version, base, label);
    });
    expect(stable.length).toBeGreaterThan(200);
    expect(stable).toEqual(published);
  });
});

test.for([
  ["wasi:cli/exit@0.2.0#exit-with-code", false],
  ["wasi:cli/exit@0.2.1#exit-with-code", true],
  ["wasi:clocks/timezone@0.2.0#display", false],
  ["wasi:clocks/timezone@0.2.1#display", true],
  ["wasi:sockets/network@0.2.1#network-error-code", false],
  ["wasi:sockets/network@0.2.2#network-error-code", true],
  ["wasi:http/types@0.2.3#[method]response-outparam.send-informational", false],
  ["wasi:http/types@0.2.4#[method]response-outparam.send-informational", true],
] as const)("%s: %s", ([name, isThere]) => {
  const [, version = ""] = /@([^#]*)#/.exec(name) ?? [];
  expect(labels(importsOf(version)).includes(name)).toBe(isThere);
});

test("knows 0.2.0 to the newest, 0.3.0, and no other", () => {
  expect(newestVersion()).toBe("0.2.12");
  for (const version of [...wasiVersions, "0.3.0"]) expect(isKnownVersion(version)).toBe(true);
  for (const version of ["0.2.13", "0.3.1", "0.3", "0.2", "0.2.1.0", "0.2.01", "0.2.x", "", "0.2.0-rc-2023-11-10", " 0.2.1"])
    expect(isKnownVersion(version)).toBe(false);
});
