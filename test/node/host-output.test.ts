/** Standard output of a program that runs here: each write is over when it returns, and says what became of it. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli } from "@bytecodealliance/preview2-shim";
import { expect, onTestFinished, test } from "vitest";
import { hostOutput } from "../../src/node/host-output.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";

type Output = ReturnType<typeof cli.stdout.getStdout>;

function outputTo(path: string, flags: number): Output {
  const descriptor = openSync(path, flags);
  onTestFinished(() => closeSync(descriptor));
  return hostOutput(descriptor, cli.stdout.getStdout(), (cause) => cause);
}

function pipe(): string {
  const path = join(temporaryDirectory(), "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const { O_NONBLOCK, O_RDWR, O_WRONLY, O_RDONLY } = constants;

test("a pipe that is full is waited for", async () => {
  const path = pipe();
  const output = outputTo(path, O_RDWR | O_NONBLOCK);
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  const reader = spawn("sh", ["-c", 'sleep 0.2; head -c 300000 "$0" > "$0.out"', path]);
  output.blockingWriteAndFlush(bytes);
  await once(reader, "exit");
  expect(readFileSync(`${path}.out`).equals(bytes)).toBe(true);
});

test("all methods say that the reader is gone, from the write on that hears of it", () => {
  const path = pipe();
  const reader = openSync(path, O_RDONLY | O_NONBLOCK);
  const output = outputTo(path, O_WRONLY);
  expect(output.checkWrite()).toBeGreaterThanOrEqual(4096n);
  output.write(Uint8Array.of(1));
  closeSync(reader);
  const closed = { tag: "closed" };
  expect(thrown(() => output.write(Uint8Array.of(2)))).toEqual(closed);
  const input = { read: () => new Uint8Array(1), blockingRead: () => new Uint8Array(1) } as unknown as Parameters<Output["splice"]>[0];
  const calls: readonly (() => unknown)[] = [
    () => output.checkWrite(),
    () => output.write(new Uint8Array()),
    () => output.blockingWriteAndFlush(Uint8Array.of(2)),
    () => output.flush(),
    () => output.blockingFlush(),
    () => output.writeZeroes(1n),
    () => output.blockingWriteZeroesAndFlush(1n),
    () => output.splice(input, 1n),
    () => output.blockingSplice(input, 1n),
  ];
  for (const call of calls) expect(thrown(call)).toEqual(closed);
});

test("another failure is told once, with its reason, and then the stream is closed", ({ skip }) => {
  skip(process.platform !== "linux", "there is no /dev/full");
  const output = outputTo("/dev/full", O_WRONLY);
  expect(thrown(() => output.write(Uint8Array.of(1)))).toMatchObject({ tag: "last-operation-failed", val: { code: "ENOSPC" } });
  expect(thrown(() => output.write(Uint8Array.of(1)))).toEqual({ tag: "closed" });
});

test("zeroes and what another stream has are written", () => {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, "");
  const output = outputTo(path, O_WRONLY);
  const source = { read: (length: bigint) => new Uint8Array(Number(length)).fill(7), blockingRead: () => Uint8Array.of(8) };
  output.writeZeroes(2n);
  output.blockingWriteZeroesAndFlush(1n);
  expect(output.splice(source as never, 2n)).toBe(2n);
  expect(output.blockingSplice(source as never, 5n)).toBe(1n);
  expect([...readFileSync(path)]).toEqual([0, 0, 0, 7, 7, 8]);
});
