/** A script as a component does what it does in a shell of this machine. */
import { expect } from "vitest";
import { compose, type ComposeOptions } from "../../src/index.ts";
import type { Host } from "../run/on-hosts.ts";
import { SCRIPTS } from "./cases.ts";
import { inShell } from "./shell.ts";

export const OPTIONS: ComposeOptions = {
  stdin: "allow",
  stdout: "allow",
  stderr: "allow",
  allowExit: true,
  exitWithCode: true,
  tmpfs: [{ path: "/" }],
};

export const text = (latin: string): string => Buffer.from(latin, "latin1").toString();

/** One of the cases; `program` is test/guests/c/stage.c. */
export async function expectAsInShell(name: string, program: Uint8Array, { run }: Host): Promise<Uint8Array> {
  const [script, stdin = ""] = SCRIPTS[name] ?? [];
  if (script === undefined) throw new Error(`no case \`${name}\``);
  const output = Buffer.concat(compose(script, { ...OPTIONS, programs: new Map([["stage", program]]) }).chunks);
  const { stdout, stderr, exitCode, trap } = await run(output, { stdin });
  const wanted = inShell(script, { stdin });
  expect({ stdout, stderr, exitCode, trap }).toEqual({
    stdout: text(wanted.stdout),
    stderr: text(wanted.stderr),
    exitCode: wanted.exitCode,
    trap: undefined,
  });
  return output;
}
