/** Components of the user's that provide interfaces to the app. They are folded over it before anybody else is asked. */
import { bytes, list, record, type Shape, text } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import type { Given } from "../option-table.ts";
import { layersOf, type Plug } from "./plug.ts";

export interface PlugsOptions {
  /** Components that provide interfaces to the app; the first stands right below it. */
  readonly adapters?: readonly Plug[];
}

/** What outputs tell of it: INTERFACE=NAME. */
export interface PlugsPolicy {
  readonly adapters?: readonly string[];
}

const FLAGS = {
  adapter: {
    type: "string",
    array: true,
    file: "behind =",
    describe:
      "A JavaScript or TypeScript module, or a component, that provides an interface, INTERFACE=FILE, such as wasi:random/random=dice.ts or acme:kv/*=kv.wasm; of several, the first stands right below the program",
  },
  engine: {
    type: "string",
    choices: ["starlingmonkey", "qjs"],
    needs: { flag: "adapter", about: "adapters" },
    describe: "The JavaScript engine for modules: starlingmonkey, the default, takes 12 MB; qjs takes 1 MB and has fewer features",
  },
  "no-cache": {
    type: "boolean",
    needs: { flag: "adapter", about: "adapters" },
    describe: "Build the components of modules again, instead of taking those from the cache",
  },
} as const;

export type Flags = Given<typeof FLAGS>;

export const PLUG: Shape = record<Plug>(
  { interface: text, component: bytes, name: text, prefix: text, warnings: list(text) },
  "interface",
  "component",
);

export const plugs: AdapterModule<PlugsOptions> = {
  name: "plugs",
  needsApp: true,
  interfaces: {},
  heading: "Interfaces from components of yours:",
  flags: FLAGS,
  options: {
    adapters: {
      shape: list(PLUG),
      type: "Plug[]",
      meaning: "components that provide interfaces, the first right below the app; [below](#adapters)",
      flag: "adapter",
      // Modules are made into components for the app that they are for, which is not known yet.
      read: () => undefined,
      readme: [
        ["HTTP", "virtualize", "`--adapter 'wasi:http/*=FILE'`, a function"],
        ["other imports", "virtualize", "`--adapter NAME=FILE`, any interface"],
      ],
    },
  },
  readme: [],
  recorded: {
    checks: { adapters: isTexts },
    shown: ({ adapters = [] }: PlugsPolicy) => (adapters.length > 0 ? [["adapter", adapters.join(", ")]] : []),
  },
  configure: ({ adapters = [] }) => ({
    layers: layersOf(adapters),
    warnings: adapters.flatMap(({ warnings = [] }) => warnings),
    isHosts: () => false,
    decide: () => undefined,
    recorded: {
      adapters: adapters.length === 0 ? undefined : adapters.map(({ interface: each, name = each }) => `${each}=${name}`),
    },
  }),
};
