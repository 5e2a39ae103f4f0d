/**
 * docs/guide/builds.md and examples/builds have the same files, and what manifests name is what the page's commands write. pages.long.ts
 * runs these commands.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { root } from "../hosts/disk-cache.ts";
import { page } from "./pages.ts";

const { blocks, commands } = page("docs/guide/builds.md");
const folder = join(root, "examples/builds");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => statSync(join(folder, file)).isFile())
  .sort();
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const typed = commands.map(({ text }) => text);

test("the page shows the files of the examples", () => {
  const shown = blocks.filter(({ file }) => file !== "");
  expect(shown.map(({ file }) => file).sort()).toEqual(files);
  // JSON is laid out in another way in a page.
  const meaning = (file: string, text: string): unknown => (file.endsWith(".json") ? JSON.parse(text) : text);
  for (const { file, text } of shown) expect(meaning(file, text), file).toEqual(meaning(file, read(file)));
});

test("the CI job runs the page's commands, of which the last fails for what is allowed too much", () => {
  const { jobs } = parseYaml(read("ci/component.yaml")) as { jobs: { component: { steps: { run?: string }[] } } };
  const runs = jobs.component.steps.flatMap(({ run }) => (run?.includes("wasi-nest") === true ? [run] : []));
  expect(runs).toHaveLength(2);
  expect(typed).toEqual(expect.arrayContaining(runs));
});

interface Build {
  readonly workdir: string;
  readonly command: string;
  readonly watch: readonly string[];
}

test("Spin's manifest builds the component that it serves", () => {
  const { trigger, component } = parse(read("spin/spin.toml")) as unknown as {
    trigger: { http: { component: string }[] };
    component: Record<string, { source: string; build: Build }>;
  };
  expect(Object.keys(component)).toEqual(trigger.http.map((each) => each.component));
  const [{ source, build }] = Object.values(component) as [{ source: string; build: Build }];
  expect(typed).toContain(build.command);
  // The paths of a command, and of what is watched, are from `workdir`, that of the source is from the manifest.
  for (const each of build.watch) expect(build.command).toContain(` ${each.startsWith("www/") ? "--mount /www=./www" : each} `);
  expect(existsSync(join(folder, "spin", build.workdir, "spin"))).toBe(true);
  expect(join(folder, "spin", build.workdir, / -o (\S+)/.exec(build.command)?.[1] ?? "")).toBe(join(folder, "spin", source));
});

test("wasmCloud's manifest names the component that the page pushes, for what it exports", () => {
  const { spec } = parseYaml(read("wasmcloud/workload.yaml")) as {
    spec: {
      template: {
        spec: { components: { image: string }[]; hostInterfaces: { namespace: string; package: string; interfaces: string[] }[] };
      };
    };
  };
  const { components, hostInterfaces } = spec.template.spec;
  const [, image, file] = /`wkg oci push (\S+) (\S+)`/.exec(readFileSync(join(root, "docs/guide/builds.md"), "utf8")) ?? [];
  expect(components.map((each) => each.image)).toEqual([image]);
  expect(typed.some((each) => each.includes(` -o ${file} `))).toBe(true);
  expect(hostInterfaces).toEqual([expect.objectContaining({ namespace: "wasi", package: "http", interfaces: ["incoming-handler"] })]);
});
