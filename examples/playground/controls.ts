/** The controls of the form, their presets, and what they say. */
import { element } from "./page.ts";
import type { DroppedMount, Program, Settings } from "./settings.ts";

const form = element<HTMLFormElement>("setup");

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
// The page has one with each of these names.
const control = (name: string): Control => form.elements.namedItem(name) as Control;
/** Of a `select`, one of its options. */
export const value = <Value extends string>(name: string): Value => control(name).value as Value;

const lines = (name: string): readonly string[] =>
  value(name)
    .split("\n")
    .filter((line) => line !== "");

export const settingsOf = (program: Program, mounts: readonly DroppedMount[]): Settings => ({
  program,
  mounts,
  hasTmp: element<HTMLInputElement>("tmp").checked,
  exportsFiles: element<HTMLInputElement>("export").checked,
  args: lines("args"),
  env: lines("env"),
  cwd: value("cwd"),
  stdin: value("stdin"),
  stdinText: value("stdinText"),
  stdout: value("stdout"),
  stderr: value("stderr"),
  clocks: value("clocks"),
  time: value("time"),
  random: value("random"),
  seed: value("seed"),
  exit: value("exit"),
  deny: value("deny"),
});

type Values = Readonly<Record<string, string>>;

export const PRESETS = {
  nothing: { stdout: "deny", stderr: "deny", exit: "deny", clocks: "deny", random: "deny" },
  command: { stdout: "allow", stderr: "allow", exit: "allow", clocks: "allow", random: "allow" },
  repeatable: { stdout: "allow", stderr: "allow", exit: "allow", clocks: "virtual", random: "seed" },
} as const;

/** By the names of controls. */
export function setControls(values: Values): void {
  for (const [name, each] of Object.entries(values)) control(name).value = each;
  form.dispatchEvent(new Event("input"));
}

/** Calls `changed` after each change. */
export function watchControls(changed: () => void): void {
  const follow = (): void => {
    element("stdin-text").hidden = value("stdin") !== "text";
    element("time").hidden = !["fixed", "virtual"].includes(value("clocks"));
    element("seed").hidden = value("random") !== "seed";
    for (const [name, preset] of Object.entries(PRESETS)) {
      const isSet = Object.entries(preset).every(([each, wanted]) => value(each) === wanted);
      element(`preset-${name}`).setAttribute("aria-pressed", String(isSet));
    }
  };
  for (const [name, preset] of Object.entries(PRESETS)) element(`preset-${name}`).addEventListener("click", () => setControls(preset));
  form.addEventListener("input", () => {
    follow();
    changed();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  follow();
}
