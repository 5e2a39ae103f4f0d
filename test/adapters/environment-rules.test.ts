/** `--allow-env` with patterns, `--deny-env` and `--rename-env`: what passes, and what is refused because it might leave something open. */
import { expect, test } from "vitest";
import { inspect, OptionError, type Options, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";

const RULES: Options = {
  allowEnv: ["APP_*", "DATABASE_URL", "DB"],
  denyEnv: ["*_SECRET"],
  renameEnv: { DATABASE_URL: "DB" },
  env: { FIXED: "1" },
};

const EMPTY = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);

test("outputs tell names and patterns", () => {
  expect(inspect(Buffer.concat(virtualize(EMPTY, RULES).chunks)).component.metadata?.policy).toEqual({
    env: ["FIXED"],
    allowEnv: ["APP_*", "DATABASE_URL", "DB"],
    denyEnv: ["*_SECRET"],
    renameEnv: ["DATABASE_URL=DB"],
  });
});

test.each([
  [{ denyEnv: ["A"] }, "there is no variable of the host's to keep back, such as `A`: none is allowed"],
  [{ allowEnv: false, allowAll: true, denyEnv: ["A"] }, "none is allowed"],
  [{ allowEnv: true, denyEnv: [] }, "`denyEnv` is an empty list"],
  [{ allowEnv: true, denyEnv: [""] }, "`` is not a name for an environment variable"],
  [{ allowEnv: true, denyEnv: ["A?"] }, '`A?` has "?"'],
  [{ allowEnv: true, denyEnv: ["A", " B"] }, '` B` has " "'],
  [{ allowEnv: true, denyEnv: [".*SECRET"] }, "`.*SECRET` has `.*`"],
  [{ allowEnv: ["APP_*", "HOME"], denyEnv: ["*_SECRET", "AP_KEY"] }, "`AP_KEY` keeps nothing back: no variable of such a name is allowed"],
  [{ allowEnv: ["[A]"] }, '`[A]` has "["'],
  [{ renameEnv: { A: "B" } }, "`A` has another name for the component, but is not allowed"],
  [{ allowEnv: ["AA"], renameEnv: { A: "B" } }, "`A` has another name for the component, but is not allowed"],
  [{ allowEnv: ["A*"], denyEnv: ["*A"], renameEnv: { A: "B" } }, "`A` has another name for the component, but is not allowed"],
  [{ allowEnv: true, renameEnv: { "A*": "B" } }, "`A*` is a pattern"],
  [{ allowEnv: true, renameEnv: { A: "B*" } }, "`B*` is a pattern"],
  [{ allowEnv: true, renameEnv: { A: "" } }, "`` is not a name"],
  [{ allowEnv: true, renameEnv: { A: "C", B: "C" } }, "`A` and `B` would both be `C`"],
] satisfies (readonly [Options, string])[])("%j is refused", (options, message) => {
  expect(() => virtualize(EMPTY, options)).toThrow(OptionError);
  expect(() => virtualize(EMPTY, options)).toThrow(message);
});

test("everything that is allowed can be kept back in part", () => {
  expect(() => virtualize(EMPTY, { allowAll: true, denyEnv: ["A"], renameEnv: { B: "C" } })).not.toThrow();
});

test.each([
  [["--allow-env", "--rename-env=A"], "`--rename-env A` is not HOST=GUEST, two names"],
  [["--allow-env", "--rename-env=A=B=C"], "`--rename-env A=B=C` is not HOST=GUEST, two names"],
  [["--allow-env", "--rename-env=A=B", "--rename-env=A=C"], "`--rename-env` names `A` twice"],
  [["--allow-env", "--deny-env="], "`--deny-env` is empty"],
  [["--allow-env", "--deny-env=A,"], "`--deny-env=A,` has an empty name"],
  [["--deny-env=*_SECRET"], "there is no variable of the host's to keep back, such as `*_SECRET`: none is allowed"],
] as const)("%j is a wrong command line", (options, message) => {
  const { code, stderr } = wasiNest(["adapter", "--dry-run", ...options], { cwd: temporaryDirectory() });
  expect([code, stderr.split("\n")[0]]).toEqual([2, `wasi-nest: ${message}`]);
});
