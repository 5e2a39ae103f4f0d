/**
 * How this process was started. Node looks for some options of its own among the arguments of a script, reads the
 * files that these name, and executes what the files tell it to, all before the script begins. So the first line of
 * `main.ts` has Node stop at our arguments, and a start without it is refused where it makes a difference.
 */
import { UsageError } from "../errors.ts";

/**
 * What the first line of `main.ts` gives Node before `--`. It tells that line's start from any other, and is harmless:
 * our packages are found without `NODE_PATH` and `$HOME/.node_modules`.
 */
const MARK = "--no-global-search-paths";

/**
 * @throws UsageError for arguments that Node may have taken for its own: `--env-file` and what begins like it, where
 * Node was not told to stop, and `--experimental-config-file`, which Node 26 looks for even behind `--`
 */
export function refuseOptionsOfNode(argv: readonly string[], execArgv: readonly string[]): void {
  const config = argv.find((each) => /^--experimental-(default-)?config-file/.test(each));
  if (config !== undefined)
    throw new UsageError(`Node itself reads \`${flagOf(config)}\` before wasi-nest and its programs do, so none of them can have it`);
  if (execArgv.includes(MARK)) return;
  const end = argv.indexOf("--");
  const file = argv.slice(0, end < 0 ? undefined : end).find((each) => each.startsWith("--env-file"));
  if (file === undefined) return;
  throw new UsageError(
    `Node itself has read the file of \`${flagOf(file)}\`, \`NODE_OPTIONS\` included: start the command \`wasi-nest\`, or \`node ${MARK} -- ${process.argv[1] ?? ""}\``,
  );
}

/**
 * npx is a script too, and passes its arguments on.
 * @throws UsageError if Node may have done what a file says that npx was given
 */
export function refuseFileOfNpx(path: string, names: Iterable<string>): void {
  if (process.env["npm_command"] !== "exec" || ![...names].includes("NODE_OPTIONS")) return;
  throw new UsageError(
    `\`${path}\` holds \`NODE_OPTIONS\`, which the Node of npx may have obeyed: start wasi-nest without npx, as \`node_modules/.bin/wasi-nest\``,
  );
}

const flagOf = (argument: string): string => argument.replace(/=.*/s, "");
