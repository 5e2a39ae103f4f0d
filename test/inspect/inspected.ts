/** What the tests of this folder share: outputs to inspect, and inspections whose sizes do not change with every adapter. */
import { type Inspection, inspect, type NestedComponent } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { virtualized } from "../run/on-hosts.ts";

const TREE = {
  kind: "directory",
  entries: new Map([["a.txt", { kind: "file", contents: new TextEncoder().encode("hello\n") } as const]]),
} as const;

/** Small outputs of ours, by name: what each was asked for can be read below. */
export async function outputs(): Promise<ReadonlyMap<string, Uint8Array>> {
  const app = await adaptCommand(await cProgram("hello"));
  const files = virtualized(app, {
    env: { TOKEN: "secret" },
    args: ["build"],
    cwd: "/src",
    mounts: [{ path: "/src", entry: TREE }],
    stdout: "allow",
    stderr: "ignore",
  });
  return new Map([
    ["all-denied", virtualized(app)],
    ["files-and-stdout", files],
    ["twice", virtualized(files, { stdout: "ignore" })],
  ]);
}

/** As `inspect`, but every size and version is the same. */
export function steadily(component: Uint8Array): Inspection {
  const steady = (each: NestedComponent): NestedComponent => ({
    ...each,
    byteLength: 1234,
    cores: each.cores.map((core) => ({ ...core, byteLength: 1234 })),
    metadata: each.metadata && { ...each.metadata, version: "1.2.3" },
    components: each.components.map(steady),
  });
  const inspection = inspect(component);
  return { ...inspection, component: steady(inspection.component) };
}
