/**
 * A program of preview 1 that lies in a part, with what answers it (../preview1): no component is the app there, but a core module,
 * and what it does of WASI 0.2 the guest does for it. Which function of an interface the guest has of an adapter, the wiring does not
 * tell; whether it has one of the host's, it does.
 */
import { decodeComponent } from "../binary/component.ts";
import { NestError } from "../errors.ts";
import { keyOf } from "../component/names.ts";
import type { World } from "../component/world.ts";
import { ownersOfModule, RUNS_PROGRAM } from "../compose/part.ts";
import { worldOfProgram } from "../preview1/adapt.ts";
import { type Preview1Program, programOf } from "../preview1/module.ts";
import { ID } from "../preview1/preview1-part.ts";
import type { Outcome } from "../virtualize/report.ts";
import { claimedOutcomes, METADATA_SECTION } from "./metadata.ts";
import { detailsOf, type NestedComponent, type NestedCore, type NestedInstance } from "./nesting.ts";

export interface FoundProgram {
  /** The instance of the part. */
  readonly instance: NestedInstance;
  readonly part: NestedComponent;
  /** The core module. */
  readonly core: NestedCore;
  /** It, and the core modules that act for it: what they can call, it can. */
  readonly acting: ReadonlySet<NestedCore>;
  readonly program: Preview1Program;
  readonly world: World;
}

/** Under these names, what runs a program is given it and the guest. */
const [APP, GUEST] = ["app", "main"] as const;

/** The program of an output of ours, if it has one. */
export function programIn({ instances, components, metadata }: NestedComponent): FoundProgram | undefined {
  if (metadata?.policy === null || metadata?.policy === undefined || instances.some(({ role }) => role === "app")) return undefined;
  for (const instance of instances) {
    const part = instance.role === "adapter" && instance.component !== null ? components[instance.component] : undefined;
    const run = part?.cores.find(({ name }) => name === RUNS_PROGRAM);
    const given = run && detailsOf(run)?.given;
    const [core, guest] = [given?.get(APP), given?.get(GUEST)];
    const bytes = core && detailsOf(core)?.bytes;
    if (part === undefined || run === undefined || core === undefined || guest === undefined || bytes === undefined) continue;
    try {
      const { stubImports = false, exitWithCode = false } = metadata.policy;
      const { program, world } = worldOfProgram(programOf(bytes, stubImports), exitWithCode);
      const acting = part.cores.filter((each) => each === core || each === guest || isNobodyElses(each));
      return { instance, part, core, acting: new Set(acting), program, world };
    } catch (error) {
      // Of another wasi-nest, or none of ours.
      if (!(error instanceof NestError)) throw error;
    }
  }
  return undefined;
}

/** Whether a core module of a part is neither an adapter's nor of the stubs. */
function isNobodyElses({ name }: NestedCore): boolean {
  const owners = ownersOfModule(name ?? "");
  return owners === undefined || owners.using === ID;
}

/** Whether the program has a function of an import of the part's, by way of the guest or not. */
function hasOfHost({ acting }: FoundProgram, name: string): boolean {
  return [...acting].some((each) => detailsOf(each)?.lowered.some((func) => keyOf(func.name) === keyOf(name)));
}

/**
 * What became of each import of the program, as a component would have it. It is recorded, and believed where the program gets nothing
 * of the interface from the host: then what it gets comes from the part.
 */
export function programImports(
  component: Uint8Array,
  found: FoundProgram,
): readonly { readonly name: string; readonly outcome: Exclude<Outcome, "restricted"> }[] {
  const section = decodeComponent(component).findLast((each) => each.kind === "custom" && each.name === METADATA_SECTION);
  const claimed = section?.kind === "custom" ? claimedOutcomes(section.bytes) : [];
  const names = [...found.world.imports.keys()];
  const isComplete = claimed.length === names.length;
  const { cores } = found.part;
  return names.map((name, i) => {
    if (hasOfHost(found, name)) return { name, outcome: "allowed" };
    if (isComplete) return { name, outcome: claimed[i] ?? "allowed" };
    // Where nobody in the part calls the host's, somebody in there answers.
    const isCalled = cores.some(({ calls }) => calls.some((each) => keyOf(each) === keyOf(name)));
    return { name, outcome: isCalled ? "allowed" : "virtualized" };
  });
}
