/**
 * Makes an adapter of a module in JavaScript or TypeScript: bundles it, writes the WIT that it has to fit, and has
 * an engine make a component of both. What the engine needs of WASI for itself is left out where the module uses
 * none of it, and is imported otherwise, for the policy to decide about.
 */
import { basename, extname } from "node:path";
import { ADAPTER_PREFIX, ADAPTER_WORLD, adapterWorld } from "../adapter-world.ts";
import type { UserAdapter } from "../user-adapters.ts";
import { type Bundle, bundleAdapter } from "./bundle-adapter.ts";
import { InputError } from "./input-error.ts";
import { needed } from "./optional-packages.ts";

export interface AdapterModule {
  readonly interface: string;
  /** Path of the module. */
  readonly file: string;
}

/** The form that takes texts: jco 1.35, which it uses, cannot read files of WIT. */
type Componentize = (
  source: string,
  wit: string,
  options: { readonly sourceName: string; readonly worldName: string; readonly disableFeatures: readonly string[] },
) => Promise<{ readonly component: Uint8Array }>;

/** What of the engine uses WASI, by what the module says that it uses. */
const FEATURES = {
  stdio: /\bconsole\b/,
  random: /\bMath\.random\b|\bcrypto\b/,
  clocks: /\bDate\b|\bperformance\b|\bset(Timeout|Interval)\b/,
  http: /\bfetch\b/,
} as const;

/** `above` are the adapters between the component and this one. */
export async function buildAdapter(component: Uint8Array, module: AdapterModule, above: readonly UserAdapter[] = []): Promise<UserAdapter> {
  const world = adapterWorld(component, module.interface, above);
  const bundle = await bundleAdapter(module.file, (name) => {
    const found = world.importName(name);
    return found === undefined ? undefined : ADAPTER_PREFIX + found;
  });
  for (const { name } of world.exports) checkExport(name, bundle, module.file);
  const imports = bundle.imports.map((name) => name.slice(ADAPTER_PREFIX.length));
  const built = await componentize(bundle.code, world.wit(imports), module.file);
  return { interface: module.interface, component: built, name: basename(module.file), prefix: ADAPTER_PREFIX };
}

/** The object by which a module exports an interface: `wasi:random/insecure-seed` is `insecureSeed`. */
export function exportNameOf(interfaceName: string): string {
  const [, short = interfaceName] = /\/([^@]*)/.exec(interfaceName) ?? [];
  return short.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function checkExport(name: string, { exports }: Bundle, file: string): void {
  const wanted = exportNameOf(name);
  if (exports.includes(wanted)) return;
  const found = exports.length === 0 ? "it exports nothing" : `it exports ${exports.map((each) => `\`${each}\``).join(", ")}`;
  throw new InputError([`\`${file}\` does not export \`${wanted}\`, which stands for \`${name}\`: ${found}`]);
}

async function componentize(code: string, wit: string, file: string): Promise<Uint8Array> {
  const name = "@bytecodealliance/componentize-js";
  const engine = await needed<{ readonly componentize: Componentize }>(name, `makes a component of \`${file}\``);
  const unused = (Object.keys(FEATURES) as (keyof typeof FEATURES)[]).filter((each) => !FEATURES[each].test(code));
  try {
    const { component } = await engine.componentize(code, wit, {
      sourceName: `${basename(file, extname(file))}.js`,
      worldName: ADAPTER_WORLD,
      disableFeatures: [...unused, "fetch-event"],
    });
    return component;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError([`\`${file}\` cannot be made a component: ${reason}`], undefined, { cause });
  }
}
