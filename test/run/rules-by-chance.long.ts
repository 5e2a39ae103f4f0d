/**
 * Rules for files, in programs whose calls come by chance: each has to come to what a model of a file system under rules says. The programs
 * are one of preview 1, in one part with its files, and one of WASI 0.3. What is in one process is in async-operations.test.ts.
 * WASI_NEST_SEED=<seed> begins with other calls and rules, WASI_NEST_OPERATIONS=<count> does more or fewer.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, test, expect } from "vitest";
import type { Options } from "../../src/index.ts";
import { write } from "../differential/trees.ts";
import { cProgram } from "../guests/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { directory } from "../virt-adapters/file-system.ts";
import { type Globs, globsBy } from "../virt-adapters/model-rules.ts";
import { scripted } from "../virt-adapters/random/script-run.ts";
import { GLOBS } from "../virt-adapters/random/settings.ts";
import { EMBEDDED, type Setting } from "../virt-adapters/random/state.ts";
import { BUILD_MILLISECONDS, hosts, virtualized } from "./on-hosts.ts";

/** Calls of one run, on Wasmtime, and on jco where the host answers or the calls are of 0.3. */
const [LENGTH, FEW] = [2000, 300];
const COUNT = Math.ceil(Number(process.env["WASI_NEST_OPERATIONS"] ?? 2 * LENGTH) / LENGTH);
const SEED = Number(process.env["WASI_NEST_SEED"] ?? 1);

/** jco takes seconds for each component. */
const seedsOn = (host: string): readonly number[] =>
  Array.from({ length: host === "jco" ? Math.ceil(COUNT / 2) : COUNT }, (_, i) => SEED + i);

interface Files extends Setting {
  readonly name: string;
  readonly options: Options;
}

const SETTINGS: readonly Files[] = [
  { name: "an empty directory", tree: directory({}), options: { tmpfs: [{ path: "/d" }] } },
  { name: "a mount", tree: EMBEDDED, options: { mounts: [{ path: "/d", entry: EMBEDDED, writable: true }] } },
  { name: "a read-only mount", tree: EMBEDDED, isReadOnly: true, options: { mounts: [{ path: "/d", entry: EMBEDDED }] } },
  { name: "an overlay", tree: EMBEDDED, options: { overlays: [{ path: "/d", host: "/given" }] } },
  {
    name: "a directory of the host's",
    tree: EMBEDDED,
    isHost: true,
    mounts: [[], ["b"]],
    options: {
      preopens: [
        { path: "/d", host: "/given" },
        { path: "/e", host: "/given/b" },
      ],
    },
  },
];

/** A preopen in another has to be there, and to stay there: something hidden is in it. */
function globsOf({ mounts = [[]] }: Setting, seed: number): Globs {
  const globs = globsBy(seed);
  if (mounts.length === 1) return globs;
  const hide = [...globs.hide, "!b", "b/a"];
  return { ...globs, hide };
}

async function expectAsModel(
  run: (component: Uint8Array, options: RunOptions) => Promise<Outcome>,
  program: Uint8Array,
  { name, options, ...setting }: Files,
  seed: number,
  length: number,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-chance-"));
  try {
    await write(folder, setting.tree);
    const globs = seed === SEED ? GLOBS : globsOf(setting, seed);
    const script = scripted(seed, length, { ...setting, globs });
    const component = virtualized(program, { ...globs, ...options, stdin: "allow", stdout: "allow", allowClocks: true, allowArgs: true });
    const { stdout, stderr, trap } = await run(component, {
      stdin: script.text,
      args: ["script", script.text],
      preopens: { "/given": folder },
    });
    expect({ stderr, trap }).toEqual({ stderr: "" });
    for (const refused of seed === SEED && length === LENGTH && setting.isReadOnly !== true ? ["! 63", "! 69"] : [])
      expect(script.steps.filter(({ expected }) => expected === refused).length).toBeGreaterThan(5);
    const difference = script.difference(stdout);
    if (difference !== undefined) throw new Error(`${name}, seed ${seed}, ${JSON.stringify(globs)}\n${difference}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  test.skipIf(!available).each(SETTINGS)(
    "a program of preview 1 in one part with $name",
    { timeout: BUILD_MILLISECONDS },
    async (files) => {
      const core = await cProgram("preview1-script");
      const isSlow = host === "jco" && !("tmpfs" in files.options || "mounts" in files.options);
      for (let seed = SEED; seed < SEED + COUNT; seed++) await expectAsModel(run, core, files, seed, isSlow ? 300 : 2000);
    },
  );
});

describe.each(newestHosts)("on $name with WASI 0.3", ({ name: host, missing, run }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test.each(SETTINGS)("a program with $name", { timeout: BUILD_MILLISECONDS }, async (files) => {
    const program = await rustGuest("tangle");
    for (const seed of seedsOn(host)) await expectAsModel(run, program, files, seed, host === "jco" ? FEW : LENGTH);
  });
});
