/**
 * Makes one JavaScript module of an adapter's source, JavaScript or TypeScript, and of all that it imports but for
 * interfaces of WIT, which stay imports. Rolldown does it, if it is installed.
 */
import { basename } from "node:path";
import { InputError } from "./input-error.ts";
import { needed } from "./optional-packages.ts";

export interface Bundle {
  readonly code: string;
  /** The interfaces that it imports, as `importName` has them. */
  readonly imports: readonly string[];
  /** What the source exports. */
  readonly exports: readonly string[];
}

/** `namespace:package/interface`, with or without version. */
const INTERFACE = /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*(@.*)?$/;

/**
 * `importName` gives the name under which an interface is imported; `undefined` where the adapter can have none such.
 * @throws InputError where the source or what it imports is wrong, with file and line
 */
export async function bundleAdapter(file: string, importName: (name: string) => string | undefined): Promise<Bundle> {
  const { rolldown } = await needed<typeof import("rolldown")>("rolldown", `puts \`${file}\` and what it imports together`);
  const imports = new Set<string>();
  try {
    const bundle = await rolldown({
      input: file,
      platform: "neutral",
      resolve: { mainFields: ["module", "main"], conditionNames: ["import", "default"] },
      logLevel: "silent",
      plugins: [
        {
          name: "wit",
          resolveId(id, importer) {
            if (imports.has(id)) return { id, external: true };
            if (!INTERFACE.test(id)) return undefined;
            const name = importName(id);
            if (name === undefined)
              throw new Error(
                `\`${basename(importer ?? file)}\` imports \`${id}\`, which the component does not import: an adapter can have what stands behind it, and no more`,
              );
            imports.add(name);
            return { id: name, external: true };
          },
        },
      ],
    });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    return { code: output[0].code, imports: [...imports], exports: output[0].exports };
  } catch (cause) {
    throw new InputError([reasonOf(file, cause)]);
  }
}

interface Located {
  readonly message: string;
  readonly loc?: { readonly file?: string; readonly line: number; readonly column: number };
}

function reasonOf(file: string, cause: unknown): string {
  const [first] = (cause as { readonly errors?: readonly Located[] }).errors ?? [cause as Located];
  const at = first?.loc === undefined ? "" : `:${first.loc.line}:${first.loc.column + 1}`;
  const text = (first?.message ?? String(cause))
    .replace(/^\[[^\]]*\]\s*(Error: )?/, "")
    .split("\n")
    .slice(0, 1)
    .join("");
  return `\`${file}${at}\` cannot be used: ${text}`;
}
