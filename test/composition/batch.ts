/** Many scripts by chance as one: what a component costs at its start it costs once. */
import { expect } from "vitest";
import { compose, type Script } from "../../src/index.ts";
import type { Host } from "../run/on-hosts.ts";
import { OPTIONS } from "./beside-shell.ts";
import { and, append, group, input, or, output, sequence, stage, to } from "./build.ts";
import { chanceOf, modelOf, randomScript } from "./random.ts";
import { textOf } from "./shell.ts";

export const STDIN = "one\ntwo\n";

/** Scripts one behind the other: each has outputs of its own, which are told behind it; at the end, how each has ended. */
export function batch(seed: number, count: number): Script {
  const chance = chanceOf(seed);
  const told = Array.from({ length: count }, (_, i) =>
    sequence(
      or(
        and(
          group(randomScript(chance), input("in"), output(`out${i}`), output(`err${i}`, "stderr")),
          to(stage("say", "ok"), append("log")),
        ),
        to(stage("say", "failed"), append("log")),
      ),
      stage("show", `out${i}`, "say", "-", "show", `err${i}`),
    ),
  );
  return sequence(stage("put", "in", STDIN.trimEnd()), ...told, stage("show", "log"), randomScript(chance));
}

/** `program` is test/guests/c/stage.c. */
export async function expectLikeModel(script: Script, program: Uint8Array, run: Host["run"]): Promise<void> {
  const composed = Buffer.concat(compose(script, { ...OPTIONS, programs: new Map([["stage", program]]) }).chunks);
  const { stdout, stderr, exitCode, trap } = await run(composed, { stdin: STDIN });
  const wanted = modelOf(script, STDIN);
  expect({ stdout, stderr, exitCode, trap }, textOf(script)).toEqual({
    ...{ stdout: wanted.stdout, stderr: wanted.stderr, exitCode: wanted.exitCode },
    trap: undefined,
  });
}
