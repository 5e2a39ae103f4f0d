/**
 * `wasi-nest/rolldown`: a plugin for Rolldown and Vite. `import * as app from "./app.wasm?virtualize"` is a module with the
 * exports of that component, which is virtualized and transpiled when the bundle is made. Its core modules are part of the
 * module's text, so that nothing has to be served beside the bundle.
 */
import { readFile } from "node:fs/promises";
import { NestError, type Options, virtualize } from "../index.ts";
import { asComponent, decoding, programName } from "../node/as-component.ts";
import { JCO, needed } from "../node/optional-packages.ts";

/** Those of `virtualize`, or a function that gives them for a file, by its path. */
export type PluginOptions = Options | ((file: string) => Options | Promise<Options>);

/** What Rolldown and Vite take as a plugin. */
export interface WasiNestPlugin {
  readonly name: string;
  readonly enforce: "pre";
  readonly load: {
    readonly filter: { readonly id: RegExp };
    handler(this: Bundler, id: string): Promise<{ readonly code: string; readonly moduleType: "js" } | undefined>;
  };
}

interface Bundler {
  addWatchFile(file: string): void;
  warn(message: string): void;
}

const QUERY = /\?virtualize$/;

export function wasiNest(options: PluginOptions = {}): WasiNestPlugin {
  return {
    name: "wasi-nest",
    enforce: "pre",
    load: {
      filter: { id: QUERY },
      async handler(id) {
        if (!QUERY.test(id)) return undefined;
        const file = id.replace(QUERY, "");
        this.addWatchFile(file);
        try {
          const { code, warnings } = await moduleOf(file, typeof options === "function" ? await options(file) : options);
          for (const warning of warnings) this.warn(warning);
          return { code, moduleType: "js" };
        } catch (error) {
          throw error instanceof NestError ? sentence(error) : error;
        }
      },
    },
  };
}

async function moduleOf(file: string, options: Options): Promise<{ readonly code: string; readonly warnings: readonly string[] }> {
  const { component } = await asComponent(await readFile(file), file, { keepsModule: true });
  const { chunks, report } = await decoding(file, () => virtualize(component, { programName: programName(file), ...options }));
  const { transpile } = await needed<typeof import("@bytecodealliance/jco")>(JCO, "transpiles components for JavaScript");
  const { files } = await transpile(Buffer.concat(chunks), { name: "app", base64Cutoff: LONGEST, noTypescript: true });
  // jco begins the module with a directive that no bundler knows.
  const code = new TextDecoder().decode(files["app.js"]).replace(/^"use components";\n/, "");
  return { code, warnings: report.warnings.map((warning) => `${file}: ${warning}`) };
}

/** Of a core module that becomes text. */
const LONGEST = 2 ** 31;

/** Bundlers print an error's stack, and where in our code a file was refused tells its author nothing. */
function sentence(cause: NestError): Error {
  const error = new Error(sentenceOf(cause), { cause });
  error.stack = error.message;
  return error;
}

const sentenceOf = ({ message, cause }: Error): string => (cause instanceof NestError ? `${message}: ${sentenceOf(cause)}` : message);
