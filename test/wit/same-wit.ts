/** Whether the WIT that tools print of a component means what the component does. */
import { expect } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { throughWit } from "../hosts/wasm-tools.ts";
import { worldText } from "./world-text.ts";

/** Expects that the WIT of a component can be parsed, and that a component of that text imports and exports the same. */
export async function expectSameWit(component: Uint8Array): Promise<void> {
  const { wit, again } = await throughWit(component);
  if (again instanceof Error) throw new Error(`the component's WIT cannot be parsed: ${again.message}\n${wit}`);
  expect(worldText(worldOf(again))).toBe(worldText(worldOf(component)));
}
