/**
 * What a component can still do: its imports by subsystem, with the functions it uses and, for a component that
 * wasi-nest made, the reason for each; what it exports; and what is nested in it.
 */
import { keyOf, parseInterfaceName } from "../component/names.ts";
import type { Extern } from "../component/types.ts";
import { worldOf } from "../component/world.ts";
import { bytes, check } from "../shapes.ts";
import type { Outcome } from "../report.ts";
import type { Metadata, Policy } from "./metadata.ts";
import { type NestedComponent, type NestedInstance, nestingOf } from "./nesting.ts";
import { type Subsystem, wordOf } from "./subsystems.ts";

/** Plain data, the same as JSON. */
export interface Inspection {
  /** Words and, where there is none, names of imports: everything that the component has power over. */
  readonly reach: readonly string[];
  readonly imports: readonly InspectedImport[];
  readonly exports: readonly InspectedExport[];
  /** What became of each import of the app, in an output of ours; `null` elsewhere. */
  readonly app: readonly AppImport[] | null;
  /** Every version of WASI among imports and exports. */
  readonly wasiVersions: readonly string[];
  /** The component itself and what is nested in it. */
  readonly component: NestedComponent;
}

export interface AppImport {
  readonly name: string;
  readonly outcome: Outcome;
}

export interface InspectedExport {
  readonly name: string;
  readonly kind: Extern["kind"];
  /** Of an instance. */
  readonly functions: readonly string[];
}

export interface InspectedImport extends InspectedExport {
  readonly subsystem: Subsystem;
  /** Whether it lets the component do anything to the world or learn anything of it. */
  readonly isPower: boolean;
  /** Why it is there; `null` where wasi-nest did not make the component. */
  readonly reason: string | null;
}

/**
 * @throws FormatError where `component` is not a well-formed component
 * @throws OptionError where it is no bytes at all
 */
export function inspect(component: Uint8Array): Inspection {
  check(bytes, component, "component");
  const world = worldOf(component);
  const nesting = nestingOf(component);
  const imports = [...world.imports].map(([name, item]): InspectedImport => {
    const { kind, functions } = inspected(name, item);
    const subsystem = wordOf(name, functions);
    // A type alone does nothing, and neither do the types of an interface.
    const isPower = subsystem !== "io" && kind !== "type" && (kind !== "instance" || functions.length > 0);
    return { name, kind, functions, subsystem, isPower, reason: reasonOf(name, subsystem, nesting) };
  });
  const reach = imports.filter(({ isPower }) => isPower).map(({ name, subsystem }) => (subsystem === "other" ? name : subsystem));
  const names = [...world.imports.keys(), ...world.exports.keys()].map(parseInterfaceName);
  const versions = names.flatMap((each) => (each?.namespace === "wasi" && each.version !== undefined ? [each.version] : []));
  return {
    reach: [...new Set(reach)].sort(),
    imports,
    exports: [...world.exports].map(([name, item]) => inspected(name, item)),
    app: appImports(nesting),
    wasiVersions: [...new Set(versions)].sort((left, right) => left.localeCompare(right, "en", { numeric: true })),
    component: nesting,
  };
}

function inspected(name: string, item: Extern): InspectedExport {
  const exports = item.kind === "instance" ? [...item.exports] : [];
  return { name, kind: item.kind, functions: exports.flatMap(([label, { kind }]) => (kind === "func" ? [label] : [])) };
}

/** By who gives it: the host itself or by way of a re-export, an adapter, or stubs. */
function appImports({ instances }: NestedComponent): Inspection["app"] {
  const app = instances.find(({ role }) => role === "app");
  if (app === undefined) return null;
  return app.args.map(({ name, from: [source] }) => {
    const role = source?.kind === "instance" ? instances[source.instance]?.role : undefined;
    return { name, outcome: role === "adapter" ? "virtualized" : role === "stubs" ? "denied" : "allowed" };
  });
}

function reasonOf(name: string, subsystem: Subsystem, { metadata, instances }: NestedComponent): string | null {
  if (metadata === null) return null;
  const isUsed = ({ args }: NestedInstance): boolean =>
    args.some(({ sort, from }) => sort !== "type" && from.some((source) => source.kind === "import" && source.name === name));
  const users = instances.filter(isUsed);
  if (users.some(({ role }) => role === "app" || role === "re-export") || isAllowed(subsystem, metadata)) return "allowed";
  if (users.length === 0) return "types only";
  const purpose = subsystem !== "io" ? "" : keyOf(name).startsWith("wasi:clocks/") ? ": the host waits" : ": streams of the host pass";
  return `needed by ${users.map((user) => `the ${user.name ?? ""} ${user.role ?? ""}`).join(" and ")}${purpose}`;
}

/** Whether the options gave the app what an adapter now hands on. */
function isAllowed(subsystem: Subsystem, { policy }: Metadata): boolean {
  const given: Readonly<Record<string, (policy: Policy) => unknown>> = {
    stdin: (each) => each.stdin === "allow",
    stdout: (each) => each.stdout === "allow",
    stderr: (each) => each.stderr === "allow",
    environment: (each) => each.allowEnv ?? each.allowArgs ?? each.allowCwd,
  };
  return policy !== null && Boolean(given[subsystem]?.(policy));
}
