/** Rules for files, as programs see them on both hosts. */

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Directory, Entry, Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const OPTIONS: Options = { stdout: "allow", stderr: "allow", allowExit: true };

let attempt: Uint8Array;
beforeAll(async () => {
  attempt = await adaptCommand(await cProgram("attempt"));
}, BUILD_MILLISECONDS);

const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
const SECRET = "the-secret-that-is-hidden";
const TREE = directory({
  ".env": file(SECRET),
  ".git": directory({ config: file("config"), hooks: directory({}) }),
  src: directory({ ".env": file(SECRET), "main.c": file("main") }),
  link: { kind: "link", target: "src/.env" },
  git: { kind: "link", target: ".git" },
});

/** An attempt, and what comes of it. */
type Attempts = readonly (readonly [attempt: string, outcome: string])[];

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  const expectOutcomes = async (
    attempts: Attempts,
    options: Options,
    preopens: Readonly<Record<string, string>> = {},
  ): Promise<Uint8Array> => {
    const output = virtualized(attempt, { ...OPTIONS, ...options, args: attempts.map(([text]) => text) });
    await expectValid(output);
    const { stdout, trap } = await run(output, { preopens });
    expect(trap).toBeUndefined();
    expect(stdout.split("\n").slice(0, -1)).toEqual(attempts.map(([text, outcome]) => `${text}: ${outcome}`));
    return output;
  };

  const RULES: Options = { hide: ["**/.env"], protect: [".git/**"] };
  const READING: Attempts = [
    ["list /work", ".git git link src"],
    ["list /work/src", "main.c"],
    ["read /work/.env", "ENOENT"],
    ["read /work/link", "ENOENT"],
    ["read /work/src/../.git/../src/.env", "ENOENT"],
    ["read /work/git/config", "config"],
  ];

  test("embedded files that are hidden are not in the output", { timeout: RUN_MILLISECONDS }, async () => {
    const output = await expectOutcomes([...READING, ["write /work/git/config", "EROFS"], ["write /work/.env", "EROFS"]], {
      ...RULES,
      mounts: [{ path: "/work", entry: TREE }],
    });
    expect(Buffer.from(output).includes(SECRET)).toBe(false);
  });

  test("what is written keeps to rules", { timeout: RUN_MILLISECONDS }, async () => {
    const output = await expectOutcomes(
      [
        ...READING,
        ["write /work/.env", "EPERM"],
        ["write /work/link", "EPERM"],
        ["mkdir /work/src/.env", "EPERM"],
        ["rename /work/src/main.c /work/src/.env", "EPERM"],
        ["write /work/git/config", "EROFS"],
        ["truncate /work/.git/config", "EROFS"],
        ["through /work/.git/config", "EROFS"],
        ["times /work/.git", "EROFS"],
        ["make /work/git/hooks/pre-commit", "EROFS"],
        ["link /work/.git/config /work/second", "EROFS"],
        ["rename /work/.git /work/old", "EROFS"],
        ["cd /work/src", "ok"],
        ["read .env", "ENOENT"],
        ["read ../.env", "EPERM"],
        ["write new", "ok"],
        ["cd", "ok"],
        ["rename /work/src /work/lib", "ok"],
        ["list /work/lib", "main.c new"],
        ["write /work/lib/.env", "EPERM"],
        ["write /tmp/.env", "EPERM"],
        ["write /tmp/x", "ok"],
      ],
      { ...RULES, mounts: [{ path: "/work", entry: TREE, writable: true }], tmpfs: [{ path: "/tmp" }] },
    );
    expect(Buffer.from(output).includes(SECRET)).toBe(false);
  });
});
