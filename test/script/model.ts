/**
 * What a script does, as POSIX has it, on files in memory and with programs in TypeScript. The stages of a pipe run one
 * after the other, so what one leaves unread is lost, and none is ended for that its reader has ended.
 *
 * A descriptor leads to an open file, which has a position; `2>&1` and all commands of a group share it. A redirection that
 * fails gives status 2, as in dash, and the program does not run. What the shell itself would say of that is not written.
 */
import type { Command, Output, Redirection, Script } from "../../src/script/script.ts";

/** What a program gets, and what it can do. */
export interface Call extends Pick<Command, "program" | "args"> {
  readonly env: ReadonlyMap<string, string>;
  /** At most `count` bytes of standard input, none at its end. */
  readonly read: (count?: number) => Uint8Array;
  readonly write: (to: Output, bytes: Uint8Array) => void;
  /** Files by their paths, as the script has them. */
  readonly files: Map<string, Uint8Array>;
}

export interface World {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly stdin: Uint8Array;
  /** Variables that each command has. */
  readonly env?: ReadonlyMap<string, string>;
  /** Gives the exit code. */
  readonly run: (call: Call) => number;
  /** The status of a pipe is that of its last stage that failed. */
  readonly pipefail?: boolean;
}

export interface Result {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whether the shell would write what it says of a failed redirection to a file or into a pipe. */
  readonly saysElsewhere: boolean;
}

const REDIRECTION_FAILED = 2;
const OUT = "\0stdout";
const ERR = "\0stderr";
const IN = "\0stdin";

/** An open file. */
interface Open {
  readonly path: string;
  readonly append: boolean;
  position: number;
}

interface Streams {
  readonly stdin: Open;
  readonly stdout: Open;
  readonly stderr: Open;
}

export function runModel(script: Script, world: World): Result {
  const files = new Map([...world.files, [IN, world.stdin], [OUT, new Uint8Array()], [ERR, new Uint8Array()]]);
  let pipes = 0;
  let saysElsewhere = false;
  const fails = ({ stderr: { path } }: Streams): number => {
    if (path !== ERR && path !== OUT) saysElsewhere = true;
    return REDIRECTION_FAILED;
  };
  const run = (part: Script, streams: Streams): number => {
    switch (part.kind) {
      case "command": {
        const { own, failed } = redirected(part.redirections, streams, files);
        return failed ? fails(own) : world.run(callOf(part, own, files, world.env));
      }
      case "group": {
        const { own, failed } = redirected(part.redirections, streams, files);
        return failed ? fails(own) : run(part.body, own);
      }
      case "pipe": {
        const statuses = [];
        let stdin = streams.stdin;
        for (const [i, stage] of part.stages.entries()) {
          const path = `\0pipe ${pipes++}`;
          files.set(path, new Uint8Array());
          const stdout = i === part.stages.length - 1 ? streams.stdout : opened(path);
          statuses.push(run(stage, { stdin, stdout, stderr: streams.stderr }));
          stdin = opened(path);
        }
        return (world.pipefail ? statuses.findLast((status) => status !== 0) : statuses.at(-1)) ?? 0;
      }
      case "and":
      case "or": {
        const status = run(part.left, streams);
        return (status === 0) === (part.kind === "and") ? run(part.right, streams) : status;
      }
      case "sequence":
        run(part.left, streams);
        return run(part.right, streams);
      default:
        return part satisfies never;
    }
  };
  const status = run(script, { stdin: opened(IN), stdout: opened(OUT), stderr: opened(ERR) });
  const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();
  const named = new Map([...files].filter(([path]) => !path.startsWith("\0")));
  return { status, stdout: bytesOf(OUT), stderr: bytesOf(ERR), files: named, saysElsewhere };
}

const opened = (path: string, append = false): Open => ({ path, append, position: 0 });

/** In their order. One fails where a file is not there or is in no directory; what has been done before it stays. */
function redirected(
  redirections: readonly Redirection[],
  streams: Streams,
  files: Map<string, Uint8Array>,
): { readonly own: Streams; readonly failed: boolean } {
  let own = streams;
  for (const each of redirections) {
    if (each.kind === "duplicate") own = { ...own, [each.from]: own[each.to] };
    else if (each.kind === "input") {
      if (!files.has(each.path)) return { own, failed: true };
      own = { ...own, stdin: opened(each.path) };
    } else {
      if (each.path.includes("/")) return { own, failed: true };
      const isAppended = each.kind === "append";
      if (!isAppended || !files.has(each.path)) files.set(each.path, new Uint8Array());
      own = { ...own, [each.from]: opened(each.path, isAppended) };
    }
  }
  return { own, failed: false };
}

function callOf({ program, args, env }: Command, streams: Streams, files: Map<string, Uint8Array>, common: World["env"]): Call {
  const { stdin } = streams;
  return {
    program,
    args,
    env: new Map([...(common ?? []), ...env]),
    files,
    read: (count = Infinity) => {
      const bytes = (files.get(stdin.path) ?? new Uint8Array()).slice(stdin.position, stdin.position + count);
      stdin.position += bytes.length;
      return bytes;
    },
    write: (to, bytes) => {
      const open = streams[to];
      const before = files.get(open.path) ?? new Uint8Array();
      const start = open.append ? before.length : open.position;
      const after = new Uint8Array(Math.max(before.length, start + bytes.length));
      after.set(before);
      after.set(bytes, start);
      files.set(open.path, after);
      open.position = start + bytes.length;
    },
  };
}
