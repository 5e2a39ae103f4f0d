/**
 * The engines that make components of JavaScript: each in a package of its own, which is loaded when it is needed.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADAPTER_WORLD } from "../adapter-world.ts";
import { needed } from "./optional-packages.ts";

export const ENGINES = ["starlingmonkey", "qjs"] as const;
export type Engine = (typeof ENGINES)[number];

export interface Source {
  /** What the file is called in stacks. */
  readonly name: string;
  readonly code: string;
  /** With the world `adapter`. */
  readonly wit: string;
}

interface Maker {
  readonly package: string;
  /** What an output depends on besides the package's version and the source. */
  readonly variant: (source: Source) => string;
  readonly make: (source: Source) => Promise<Uint8Array>;
}

/** What of StarlingMonkey needs WASI, by what a module says that uses it. */
const FEATURES = {
  stdio: /\bconsole\b/,
  random: /\bMath\.random\b|\bcrypto\b/,
  clocks: /\bDate\b|\bperformance\b|\bset(Timeout|Interval)\b/,
  http: /\bfetch\b/,
} as const;

const unused = ({ code }: Source): readonly string[] => [
  ...(Object.keys(FEATURES) as (keyof typeof FEATURES)[]).filter((each) => !FEATURES[each].test(code)),
  "fetch-event",
];

/** In the form that takes texts: jco 1.35, which it uses, cannot read files of WIT. */
type Componentize = (
  source: string,
  wit: string,
  options: { readonly sourceName: string; readonly worldName: string; readonly disableFeatures: readonly string[] },
) => Promise<{ readonly component: Uint8Array }>;

type ComponentizeQjs = (options: {
  readonly witPath: string;
  readonly jsSource: string;
  readonly world: string;
  readonly stubWasi: boolean;
  readonly sync: boolean;
  readonly optSize: boolean;
}) => Promise<{ readonly component: Uint8Array }>;

const STARLINGMONKEY = "@bytecodealliance/componentize-js";
const QJS = "componentize-qjs";
const PURPOSE = "makes components of JavaScript";

export const MAKERS: Readonly<Record<Engine, Maker>> = {
  starlingmonkey: {
    package: STARLINGMONKEY,
    variant: (source) => unused(source).join(),
    async make(source) {
      const { componentize } = await needed<{ readonly componentize: Componentize }>(STARLINGMONKEY, PURPOSE);
      const options = { sourceName: `${source.name}.js`, worldName: ADAPTER_WORLD, disableFeatures: unused(source) };
      return (await componentize(source.code, source.wit, options)).component;
    },
  },
  qjs: {
    package: QJS,
    variant: () => "",
    async make({ code, wit }) {
      const { componentize } = await needed<{ readonly componentize: ComponentizeQjs }>(QJS, PURPOSE);
      const folder = await mkdtemp(join(tmpdir(), "wasi-nest-"));
      try {
        const witPath = join(folder, "adapter.wit");
        await writeFile(witPath, wit);
        // All of WASI traps that the engine would have for itself: it has none of the host.
        const options = { witPath, jsSource: code, world: ADAPTER_WORLD, stubWasi: true, sync: true, optSize: true };
        return new Uint8Array((await componentize(options)).component);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
};
