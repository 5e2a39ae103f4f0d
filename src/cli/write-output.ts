/**
 * Writes a file that appears whole or not at all, and never over one that was read: a mistake in the command line must
 * not cost anybody their sources.
 */
import { fchmodSync, lstatSync, openSync, realpathSync, renameSync, type BigIntStats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Chunk } from "../index.ts";
import { idAt, idOf } from "../node/file-id.ts";
import { InputError } from "../node/input-error.ts";
import { temporarily } from "../node/temporary.ts";
import { inputAt } from "./inputs.ts";
import { cannotWrite } from "./terminal.ts";
import { writeChunks, writeChunksToStdout } from "./write-chunks.ts";

/** Not those that have a program run as its owner. */
const PERMISSIONS = 0o777n;

/** The files that this process has written: by where they are, and how they were called. */
const written = new Map<string, string>();

/**
 * Before the work begins: can there be a file?
 * @throws InputError also where the file is one of `inputs`, or has been read
 */
export function checkOutput(path: string, inputs: readonly (string | undefined)[] = []): void {
  if (path === "-") return;
  const directory = statOf(dirname(path));
  if (directory === undefined) throw new InputError([`the output's directory \`${dirname(path)}\` does not exist`]);
  if (!directory.isDirectory()) throw new InputError([`\`${dirname(path)}\`, where the output would go, is not a directory`]);
  const existing = existingAt(path);
  if (existing?.isDirectory() || path.endsWith("/")) throw new InputError([`the output \`${path}\` is a directory`]);
  if (existing === undefined) return;
  const id = idOf(existing);
  const input = inputAt(id) ?? inputs.find((each) => each !== undefined && each !== "-" && idAt(each) === id);
  if (input !== undefined) throw new InputError([`the output \`${path}\` is the input \`${input}\` itself`]);
  const output = written.get(realpathSync(path));
  if (output !== undefined) throw new InputError([`the output \`${path}\` is the output \`${output}\` too`]);
}

/** @throws InputError if it cannot be written, or what is still to be read has changed: then there is no file */
export async function writeOutput(path: string, chunks: readonly Chunk[]): Promise<void> {
  checkOutput(path);
  try {
    if (path === "-") return writeChunksToStdout(chunks);
    const existing = existingAt(path);
    // A device or a pipe is written to, not replaced.
    if (existing !== undefined && !existing.isFile()) return await writeChunks(openSync(path, "w"), chunks);
    const place = existing === undefined ? path : realpathSync(path);
    await replace(place, existing, chunks);
    written.set(realpathSync(place), path);
  } catch (error) {
    throw cannotWrite(path === "-" ? "standard output" : `\`${path}\``, error);
  }
}

async function replace(path: string, existing: BigIntStats | undefined, chunks: readonly Chunk[]): Promise<void> {
  // Not named after the file, whose name may be as long as a name can be. A name that is taken is an error, whoever took it.
  const temporary = join(dirname(path), `.wasi-nest-${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
  let descriptor = -1;
  const over = temporarily(temporary, () => (descriptor = openSync(temporary, "wx")));
  try {
    if (existing !== undefined) fchmodSync(descriptor, Number(existing.mode & PERMISSIONS));
    await writeChunks(descriptor, chunks);
    renameSync(temporary, path);
  } finally {
    over();
  }
}

/** @throws InputError for a link that leads nowhere: nobody means to replace it, and it may point anywhere */
function existingAt(path: string): BigIntStats | undefined {
  const existing = statOf(path);
  if (existing === undefined && attempt(path, () => lstatSync(path, { throwIfNoEntry: false })) !== undefined)
    throw new InputError([`the output \`${path}\` is a link whose target does not exist`]);
  return existing;
}

const statOf = (path: string): BigIntStats | undefined => attempt(path, () => statSync(path, { bigint: true, throwIfNoEntry: false }));

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw cannotWrite(`\`${path}\``, error);
  }
}
