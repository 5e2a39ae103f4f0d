/** All cases on jco, and with a program that is a component. */
import { beforeAll, describe, test } from "vitest";
import { cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS } from "../run/on-hosts.ts";
import { expectAsInShell } from "./beside-shell.ts";
import { SCRIPTS } from "./cases.ts";
import { SHELL_MISSING, shellAvailable } from "./shell.ts";
import { adaptPreview1 } from "../../src/index.ts";

let core: Uint8Array;

beforeAll(async () => {
  core = await cProgram("stage");
}, BUILD_MILLISECONDS);

describe.each(hosts)("on $name", (host) => {
  test.for(Object.keys(SCRIPTS))("%s", { timeout: RUN_MILLISECONDS }, async (name, { skip }) => {
    skip(!host.available || !shellAvailable(), SHELL_MISSING);
    const program = host.name === "jco" ? core : adaptPreview1(core, { exitWithCode: true });
    await expectValid(await expectAsInShell(name, program, host));
  });
});
