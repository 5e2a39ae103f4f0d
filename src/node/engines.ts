/**
 * The engines that make components of JavaScript: each in a package of its own, which is loaded when it is needed.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ADAPTER_WORLD } from "./adapter-world.ts";
import { needed } from "./optional-packages.ts";
import { inTemporaryFolder } from "./temporary.ts";

export const ENGINES = ["starlingmonkey", "qjs"] as const;
export type Engine = (typeof ENGINES)[number];

export interface Source {
  /** What the file is called in stacks. */
  readonly name: string;
  readonly code: string;
  /** Variables that the code mentions, and properties of the global object. */
  readonly names: ReadonlySet<string>;
  /** Whether an exception that nobody catches is told on stderr, so that the component imports it. */
  readonly stderr: boolean;
  /** With the world `adapter`. */
  readonly wit: string;
}

interface Maker {
  readonly package: string;
  /** What an output depends on besides the package's version and the source. */
  readonly variant: (source: Source) => string;
  readonly make: (source: Source) => Promise<Uint8Array>;
}

/** What of StarlingMonkey needs WASI, by what uses it. */
const FEATURES = {
  stdio: ["console"],
  random: ["Math.random", "crypto"],
  clocks: ["Date", "performance", "setTimeout", "setInterval"],
  http: ["fetch"],
} as const;

function unused({ names, stderr }: Source): readonly string[] {
  const features = Object.keys(FEATURES) as (keyof typeof FEATURES)[];
  const isUsed = (each: keyof typeof FEATURES): boolean => FEATURES[each].some((name) => names.has(name)) || (each === "stdio" && stderr);
  return [...features.filter((each) => !isUsed(each)), "fetch-event"];
}

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
      // The name becomes a word of a command line: a blank would end it, and a dash at its beginning would make it an option.
      const sourceName = `${source.name.replace(/[^\w.-]|^-/g, "_")}.js`;
      const options = { sourceName, worldName: ADAPTER_WORLD, disableFeatures: unused(source) };
      return (await componentize(source.code, source.wit, options)).component;
    },
  },
  qjs: {
    package: QJS,
    variant: ({ stderr }) => String(stderr),
    async make({ code, wit, stderr }) {
      const { componentize } = await needed<{ readonly componentize: ComponentizeQjs }>(QJS, PURPOSE);
      return inTemporaryFolder(async (folder) => {
        const witPath = join(folder, "adapter.wit");
        await writeFile(witPath, wit);
        // All of WASI traps that the engine would have for itself, if it is not to tell anything.
        const options = { witPath, jsSource: code, world: ADAPTER_WORLD, stubWasi: !stderr, sync: true, optSize: true };
        return new Uint8Array((await componentize(options)).component);
      });
    },
  },
};
