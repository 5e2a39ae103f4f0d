/** Of each kind of node, in every drawing; `stroke` is that of what it gives too. */
import type { NodeKind } from "./graph.ts";

export interface Colours {
  readonly fill: string;
  readonly stroke: string;
}

/** Of what is no node. */
export interface Page {
  readonly background: string;
  /** Inside of a node that is opened up. */
  readonly inner: string;
  readonly text: string;
  readonly note: string;
}

export interface Scheme {
  readonly page: Page;
  readonly nodes: Readonly<Record<NodeKind, Colours>>;
}

const scheme = (page: Page, { grey, yellow, green, red, blue, violet }: Hues): Scheme => ({
  page,
  nodes: {
    host: grey,
    exports: grey,
    app: yellow,
    component: yellow,
    adapter: green,
    plug: violet,
    stubs: red,
    "re-export": blue,
  },
});

type Hues = Readonly<Record<"grey" | "yellow" | "green" | "red" | "blue" | "violet", Colours>>;

export const LIGHT: Scheme = scheme(
  { background: "#ffffff", inner: "#fffaf0", text: "#20242a", note: "#4a525c" },
  {
    grey: { fill: "#e8eaed", stroke: "#5f6875" },
    yellow: { fill: "#fff3d6", stroke: "#a66f00" },
    green: { fill: "#dff3e4", stroke: "#1f7a3a" },
    red: { fill: "#fbe1e1", stroke: "#b3261e" },
    blue: { fill: "#dfeafb", stroke: "#1d5fb8" },
    violet: { fill: "#efe5fb", stroke: "#7a3db8" },
  },
);

export const DARK: Scheme = scheme(
  { background: "#0d1117", inner: "#17140c", text: "#e6edf3", note: "#b0bac5" },
  {
    grey: { fill: "#262c36", stroke: "#8b949e" },
    yellow: { fill: "#3d2f0b", stroke: "#d29922" },
    green: { fill: "#12331d", stroke: "#3fb950" },
    red: { fill: "#45191b", stroke: "#f47067" },
    blue: { fill: "#122d55", stroke: "#6cb0ff" },
    violet: { fill: "#33205a", stroke: "#b083f0" },
  },
);

/** A kind as the name of a class. */
export const classOf = (kind: NodeKind): string => kind.replace(/[- ]/g, "");
