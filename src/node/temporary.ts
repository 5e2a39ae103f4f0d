/**
 * Files and folders that must not stay behind, however we end: a signal that ends the process takes them along.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const present = new Set<string>();

/** Makes what is at `path`, and removes it when the process ends, until the function that it gives has removed it. */
export function temporarily(path: string, make: () => void): () => void {
  if (present.size === 0) {
    // Before it is made: a signal that nobody listens to ends the process at once.
    process.on("exit", removeAll);
    for (const signal of SIGNALS) process.on(signal, end);
  }
  try {
    make();
  } catch (error) {
    if (present.size === 0) forget();
    throw error;
  }
  present.add(path);
  return () => {
    remove(path);
    present.delete(path);
    if (present.size === 0) forget();
  };
}

/** A folder for `action`, gone when that is over. */
export async function inTemporaryFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `wasi-nest-${randomUUID()}`);
  const over = temporarily(folder, () => mkdirSync(folder, { mode: 0o700 }));
  try {
    return await action(folder);
  } finally {
    over();
  }
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

function removeAll(): void {
  for (const path of present) remove(path);
}

function forget(): void {
  process.off("exit", removeAll);
  for (const signal of SIGNALS) process.off(signal, end);
}

/** As if nobody had listened; but where somebody else does, what becomes of the process is for them to say. */
function end(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  forget();
  process.kill(process.pid, signal);
}
