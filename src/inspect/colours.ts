/** Of each kind of node, in every drawing; `stroke` is that of what it gives too. */
import type { NodeKind } from "./graph.ts";

export interface Colours {
  readonly fill: string;
  readonly stroke: string;
}

const GREY: Colours = { fill: "#e8eaed", stroke: "#5f6875" };
const YELLOW: Colours = { fill: "#fff3d6", stroke: "#a66f00" };

export const COLOURS: Readonly<Record<NodeKind, Colours>> = {
  host: GREY,
  exports: GREY,
  app: YELLOW,
  component: YELLOW,
  adapter: { fill: "#dff3e4", stroke: "#1f7a3a" },
  stubs: { fill: "#fbe1e1", stroke: "#b3261e" },
  "re-export": { fill: "#dfeafb", stroke: "#1d5fb8" },
};
