/**
 * Makes one JavaScript module of an adapter's source, JavaScript or TypeScript, and of all that it imports but for
 * interfaces of WIT, which stay imports. Rolldown does it, if it is installed.
 */
import { readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, isAbsolute, resolve } from "node:path";
import { InputError } from "./input-error.ts";
import { type ModuleSyntax, syntaxOf } from "./module-syntax.ts";
import { needed } from "./optional-packages.ts";
import { toolSentence } from "./tool-message.ts";
import { calledBy, NO_POSITIONS, type SourcePositions, sourcePositions } from "./source-positions.ts";

export interface Bundle {
  readonly code: string;
  /** The interfaces that it imports, as `importName` has them, and the file and line where it does. */
  readonly imports: ReadonlyMap<string, string>;
  /** What the source exports. */
  readonly exports: readonly string[];
  readonly syntax: ModuleSyntax;
  readonly positions: SourcePositions;
  /** The texts that it was made of. */
  readonly sources: readonly string[];
}

/** `namespace:package/interface`, with or without version. */
const INTERFACE = /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*(@.*)?$/;

/**
 * `importName` gives the name under which an interface is imported; `undefined` where the adapter can have none such.
 * `onRead` is called with each file before it is read, also where one is wrong then.
 * @throws InputError where the source or what it imports is wrong, with file and line
 */
export async function bundleAdapter(
  file: string,
  importName: (name: string) => string | undefined,
  onRead: (path: string) => void = () => undefined,
): Promise<Bundle> {
  const { rolldown } = await needed<typeof import("rolldown")>("rolldown", `puts \`${file}\` and what it imports together`);
  const { parseAst } = await import("rolldown/parseAst");
  const called = (source: string): string => calledBy(source, file);
  const imports = new Map<string, string>();
  try {
    const bundle = await rolldown({
      input: file,
      platform: "neutral",
      resolve: { mainFields: ["module", "main"], conditionNames: ["import", "default"] },
      logLevel: "silent",
      plugins: [
        {
          name: "wit",
          load(id) {
            if (isAbsolute(id)) onRead(id);
          },
          async resolveId(id, importer, { kind }) {
            if (importer === undefined) return undefined;
            if (imports.has(id)) return { id, external: true };
            const isDynamic = kind === "dynamic-import";
            const refuse = async (why: string): Promise<never> => {
              throw new InputError([`\`${await whereImported(id, importer, called)}\` cannot be used: it imports \`${id}\`, ${why}`]);
            };
            if (!INTERFACE.test(id)) {
              if (isBuiltin(id)) return refuse("which is a part of Node: there is none in a component");
              return (await this.resolve(id, importer, { skipSelf: true })) ?? ownModule(id) ?? refuse("which is not found");
            }
            if (isDynamic) return refuse("an interface, by `import()`, and there is only `import ... from` for one");
            const name = importName(id) ?? (await refuse("which is not one of WASI 0.2, and which the component does not import either"));
            imports.set(name, await whereImported(id, importer, called));
            return { id: name, external: true };
          },
        },
      ],
    });
    const { output } = await bundle.generate({
      format: "es",
      // What `import()` loads is a part of the text, too: an engine gets one file.
      codeSplitting: false,
      sourcemap: true,
      sourcemapPathTransform: (source, mapPath) => resolve(dirname(mapPath), source),
    });
    await bundle.close();
    const [{ code, exports, map }] = output;
    const positions = map === null ? NO_POSITIONS : sourcePositions(code, { ...map, sourceRoot: "", version: 3 }, called);
    const syntax = syntaxOf(parseAst(code));
    const [dynamic] = syntax.dynamicImports;
    if (dynamic !== undefined) {
      const at = positions.ofOffset(dynamic) ?? file;
      throw new InputError([`\`${at}\` cannot be used: it loads a computed name by \`import()\`, which cannot be bundled`]);
    }
    const sources = (map?.sourcesContent ?? []).map((text) => text ?? "");
    return { code, imports, exports, syntax, positions, sources };
  } catch (cause) {
    throw inputErrorOf(cause) ?? new InputError([reasonOf(cause, file, called)], undefined, { cause });
  }
}

const OWN_MODULE = /^wasi-nest\/./;

/** What of this package is for modules, where the tool is not installed beside them. */
function ownModule(id: string): string | undefined {
  try {
    return OWN_MODULE.test(id) ? createRequire(import.meta.url).resolve(id) : undefined;
  } catch {
    return undefined;
  }
}

/** File and line of the first place that has the name in quotes. */
async function whereImported(id: string, importer: string, called: (source: string) => string): Promise<string> {
  const lines = (await readFile(importer, "utf8").catch(() => "")).split("\n");
  const line = lines.findIndex((text) => text.includes(`"${id}"`) || text.includes(`'${id}'`));
  return `${called(importer)}${line < 0 ? "" : `:${line + 1}`}`;
}

interface Located {
  readonly message: string;
  readonly cause?: unknown;
  readonly loc?: { readonly file?: string; readonly line: number; readonly column: number };
}

const firstOf = (cause: unknown): Located | undefined =>
  (cause as { readonly errors?: readonly Located[] }).errors?.[0] ?? (cause as Located | undefined);

/** What we have thrown ourselves in the bundler. */
function inputErrorOf(cause: unknown): InputError | undefined {
  const first = firstOf(cause);
  return [cause, first, first?.cause].find((each) => each instanceof InputError);
}

function reasonOf(cause: unknown, file: string, called: (source: string) => string): string {
  const { message = String(cause), loc } = firstOf(cause) ?? {};
  const at = loc === undefined ? file : `${loc.file === undefined ? file : called(loc.file)}:${loc.line}:${loc.column + 1}`;
  return `\`${at}\` cannot be used: ${toolSentence(message.replace(/^\[[^\]]*\]\s*(Error: )?/, ""))}`;
}
