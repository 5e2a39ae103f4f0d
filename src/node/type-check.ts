/**
 * What TypeScript says of a module in TypeScript, where it is installed: of its own text, and of whether what it
 * exports is what its interfaces ask for. Everything is as lenient as TypeScript can be: a module that has a stricter
 * configuration has its own check.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { AdapterWorld } from "./adapter-world.ts";
import { declarationsOf, TYPES_FILE } from "./adapter-types.ts";
import type { Bundle } from "./bundle-adapter.ts";
import { exportNameOf } from "./check-adapter.ts";
import { InputError } from "./input-error.ts";
import { calledBy } from "./source-positions.ts";
import { inTemporaryFolder } from "./temporary.ts";
import { ToolOutput } from "./tool-message.ts";

const CHECK = "check.ts";
const CONFIGURATION = {
  compilerOptions: {
    strict: false,
    noEmit: true,
    target: "esnext",
    module: "esnext",
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    lib: ["esnext", "webworker"],
    types: [],
    skipLibCheck: true,
    // Not installed beside every module.
    paths: { "wasi-nest/http": [join(import.meta.dirname, "../../dist/http/index.d.ts")] },
  },
  files: [CHECK],
};

/**
 * `imports` are the interfaces that the module imports.
 * @throws InputError with file and line of each error
 */
export async function checkTypes(world: AdapterWorld, imports: readonly string[], bundle: Bundle, file: string): Promise<void> {
  const compiler = compilerFor(file);
  if (compiler === undefined) return;
  await inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(CONFIGURATION));
    const imported = new Set(imports.map((name) => world.importName(name)));
    const isOnlyExported = (name: string): boolean => world.exports.some((each) => each.name === name) && !imported.has(name);
    let printed = "";
    const check = async (references: string): Promise<readonly TypeScriptError[]> => {
      await writeFile(join(folder, CHECK), checkText(world, file, references));
      printed = await run(compiler.path, folder);
      return errorsIn(printed, folder);
    };
    // The module may have declarations of its own, and nothing must be declared twice.
    let errors = await check("");
    if (errors.some(({ message }) => /^Cannot find module '[^']+:[^']+\/[^']+'/.test(message))) {
      for (const [path, text] of await declarationsOf(world, imports)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), lenient(text, isOnlyExported));
      }
      errors = await check(`/// <reference path="./${TYPES_FILE}" />`);
    }
    const problems = errors.map((error) => sentence(error, join(folder, CHECK), world, bundle, file));
    if (problems.length > 0) throw new InputError(problems, undefined, { cause: new ToolOutput(printed) });
  });
}

/** The declarations of an interface, for a module that need not care what becomes of its classes, nor change lists. */
function lenient(declarations: string, isOnlyExported: (name: string) => boolean): string {
  const [, name = ""] = /^declare module '([^']*)'/m.exec(declarations) ?? [];
  const text = declarations.replaceAll("[Symbol.dispose]():", "[Symbol.dispose]?():");
  return isOnlyExported(name) ? text.replace(/\bArray</g, "ReadonlyArray<") : text;
}

/**
 * The TypeScript of the project that the user works in, or the one beside this package; none for a module in JavaScript.
 * Never the one that lies beside the module: a component of a stranger's module is sandboxed, and a compiler that came
 * with it would run on this machine.
 */
export function compilerFor(file: string): { readonly path: string; readonly version: string } | undefined {
  if (!/\.m?ts$/.test(file)) return undefined;
  for (const from of [join(process.cwd(), "package.json"), import.meta.filename]) {
    try {
      const manifest = createRequire(from).resolve("typescript/package.json");
      const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
      return { path: join(dirname(manifest), "bin/tsc"), version };
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/** Two lines, and one for each interface. */
function checkText({ exports }: AdapterWorld, file: string, references: string): string {
  const lines = exports.map(
    ({ name }) => `export const ${exportNameOf(name)}: typeof import(${JSON.stringify(name)}) = module.${exportNameOf(name)};`,
  );
  return [references, `import * as module from ${JSON.stringify(resolve(file))};`, ...lines, ""].join("\n");
}

/** It ends with an error where it finds one, and says what on its output. */
async function run(compiler: string, folder: string): Promise<string> {
  const args = [compiler, "-p", folder, "--pretty", "false"];
  return promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout?: string }) => error.stdout ?? "",
  );
}

interface TypeScriptError {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What follows from outside to inside. */
  readonly details: readonly string[];
}

/** `check.ts(3,14): error TS2322: ...`, and lines that begin with blanks. */
function errorsIn(text: string, folder: string): readonly TypeScriptError[] {
  const errors: (TypeScriptError & { readonly details: string[] })[] = [];
  for (const each of text.split("\n")) {
    const [, path, line, column, message] = /^(.+)\((\d+),(\d+)\): error TS\d+: (.*)$/.exec(each) ?? [];
    if (path !== undefined && message !== undefined)
      errors.push({ path: resolve(folder, path), line: Number(line), column: Number(column), message, details: [] });
    else if (/^ +\S/.test(each)) errors.at(-1)?.details.push(each.trim());
  }
  return errors;
}

/** Which member a detail is about; a result is that of a call, `get()`. */
const MEMBER = /^(?:Types of property|The types of|The types returned by) '([^']*)' are incompatible/;

function sentence(error: TypeScriptError, check: string, world: AdapterWorld, { positions, syntax }: Bundle, file: string): string {
  const { path, line, column, message, details } = error;
  const reason = (details.at(-1) ?? message).replace(/\.$/, "");
  const exported = path === check ? world.exports[line - 3] : undefined;
  if (exported === undefined) return `\`${calledBy(path, file)}:${line}:${column}\` cannot be used: ${reason}`;
  const name = exportNameOf(exported.name);
  const members = details.flatMap((each) => MEMBER.exec(each)?.[1]?.replace(/\([^()]*\)$/, "") ?? []);
  const at = positions.ofOffset(syntax.exports.get(name)?.offset ?? 0) ?? file;
  return `\`${at}\` cannot be used: \`${[name, ...members].join(".")}\` does not fit \`${exported.name}\`: ${reason}`;
}
