/** Scripts in pictures and trees: their stages, by name and order, each with all that it has. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import {
  compose,
  drawMermaid,
  drawSvg,
  type FlatInstance,
  flattened,
  inspect,
  type NestedComponent,
  pipe,
  virtualize,
} from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS } from "../run/on-hosts.ts";

/** The component with the stages. */
function staged(component: NestedComponent): NestedComponent {
  const found = component.components.map(staged).find((each) => each.instances.some(({ name }) => name?.startsWith("stage ")));
  return found ?? component;
}

const given = ({ args }: FlatInstance): readonly string[] => args.flatMap(({ name, sort }) => (sort === "type" ? [] : [name]));

test("each stage is one thing, with what goes on behind it", { timeout: BUILD_MILLISECONDS }, async () => {
  const stage = await cProgram("stage");
  const script = pipe({ name: "first", component: stage }, { name: "second", component: stage }, { name: "first", component: stage });
  const inspection = inspect(Buffer.concat(compose(script, { stdout: "allow", allowExit: true }).chunks));
  const component = staged(inspection.component);
  const { instances, exports } = flattened(component);
  expect(instances.map(({ name }) => name)).toEqual(["stage 3: first", "stage 2: second", "stage 1: first", "script"]);
  expect(component.instances).toHaveLength(7);
  // Nothing of what the instances have is left out.
  const bytes = (index: number): number => component.components[component.instances[index]?.component ?? -1]?.byteLength ?? 0;
  expect(instances.map((each) => each.component?.byteLength)).toEqual([
    bytes(0) + bytes(1),
    bytes(2) + bytes(3),
    bytes(4) + bytes(5),
    bytes(6),
  ]);
  const [last, middle] = instances.map(given);
  expect(last).toEqual(expect.arrayContaining(["next", "exit", "wasi:cli/stdout@0.2.0"]));
  expect(middle).toEqual(expect.arrayContaining(["next", "exit", "run", "go", "wasi:cli/stdout@0.2.0"]));
  const takes = (index: number): unknown =>
    instances[index]?.args
      .filter(({ name }) => name === "run" || name === "go")
      .map(({ from }) => from.map((source) => source.kind === "instance" && source.instance));
  expect([takes(1), takes(2), takes(3)]).toEqual([
    [[0], [0]],
    [[1], [1]],
    [[2], [2]],
  ]);
  expect(exports.flatMap(({ from }) => from)).toContainEqual(expect.objectContaining({ kind: "instance", instance: 3 }));
  for (const drawing of [drawMermaid(inspection), drawSvg(inspection)]) {
    for (const name of ["stage 1: first", "stage 2: second", "stage 3: first"]) expect(drawing).toContain(name);
    expect(drawing).not.toContain("behind ");
  }
});

test("a stage can reach what the report says of it", { timeout: BUILD_MILLISECONDS }, async () => {
  const stage = await cProgram("stage");
  const script = pipe({ name: "first", component: stage }, { name: "second", component: stage });
  const options = { stdout: "allow", stderr: "allow", allowExit: true, restrict: { second: { allow: ["stdout"] } } } as const;
  const { chunks, report } = compose(script, options);
  const { stages } = inspect(Buffer.concat(chunks));
  const allowed = (imports: readonly { readonly name: string; readonly outcome: string }[]): readonly string[] =>
    imports.flatMap(({ name, outcome }) => (outcome === "allowed" && !name.startsWith("wasi:cli/exit@") ? [name] : []));
  expect(stages?.map(({ program, imports }) => [program, allowed(imports)])).toEqual(
    report.stages?.map(({ program, imports }) => [program, allowed(imports)]),
  );
  expect(stages?.map(({ imports }) => allowed(imports).some((name) => name.startsWith("wasi:cli/terminal-stderr@")))).toEqual([
    true,
    false,
  ]);
  expect(inspect(Buffer.concat(virtualize(stage).chunks)).stages).toBe(null);
});

test("what only has such a name stays by itself", async () => {
  const component = await parse(`(component
    (import "x" (func $x))
    (component $c (import "a" (func)))
    (instance $"behind stage 1: a" (instantiate $c (with "a" (func $x))))
    (instance $"stage 1: a" (instantiate $c (with "a" (func $x)))))`);
  expect(flattened(inspect(component).component).instances.map(({ name }) => name)).toEqual(["behind stage 1: a", "stage 1: a"]);
});
