/** What docs/architecture.md says of the code is there: its links, and the files and functions of its walk, which comes out as it says. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { inspect, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { page, pages } from "./pages.ts";

const { text } = page("docs/architecture.md");
const walk = /^## A walk\n([^]*?)^## /m.exec(text)?.[1] ?? "";
const steps = [...walk.matchAll(/^\d\. \[([^\]]+)\]\(([^)]+)\): ([^]*?)(?=^\d\. |(?![^]))/gm)].map(
  ([, file = "", link = "", words = ""]) => ({
    file,
    link,
    main: /`(\w+)`/.exec(words)?.[1] ?? "",
    others: [...words.matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(([, name = ""]) => name),
  }),
);
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const declares = (file: string, name: string): boolean =>
  new RegExp(`^export (async )?function ${name}\\b`, "m").test(readFileSync(join(root, file), "utf8"));

test("the walk goes through five files, and each is where its link leads", () => {
  expect(steps.map(({ file }) => file)).toHaveLength(5);
  for (const { file, link } of steps) expect(join(root, "docs", link)).toBe(join(root, file));
});

test.each(steps)("the walk through $file names its functions", ({ file, main, others }) => {
  expect(declares(file, main), main).toBe(true);
  for (const name of others)
    expect(
      sources.some((source) => declares(`src/${source}`, name)),
      name,
    ).toBe(true);
});

test("the walk ends as it says", async () => {
  const app = await adaptCommand(await cProgram("hello"));
  const file = { kind: "file", contents: new Uint8Array(3) } as const;
  const options = {
    env: { A: "b" },
    mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["a.txt", file]]) } as const }],
  };
  const { chunks, report } = virtualize(app, options);
  const outcomes = new Map(report.imports.map(({ name, outcome }) => [name, outcome]));
  expect(walk).toContain("`wasi:cli/environment@0.2.12`, `wasi:filesystem/types@0.2.12`, `wasi:clocks/wall-clock@0.2.12`");
  expect(outcomes.get("wasi:cli/environment@0.2.12")).toBe("virtualized");
  expect(outcomes.get("wasi:filesystem/types@0.2.12")).toBe("virtualized");
  expect(outcomes.get("wasi:clocks/wall-clock@0.2.12")).toBe("denied");
  expect(inspect(new Uint8Array(Buffer.concat(chunks))).imports).toEqual([]);
});

test("every link of a page leads somewhere", () => {
  const all = [...pages(), page("CONTRIBUTING.md"), page("CHANGELOG.md")];
  const links = all.flatMap(({ name, text }) => [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => ({ name, link })));
  expect(links.length).toBeGreaterThan(50);
  for (const { name, link } of links) {
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? join(root, name) : join(root, dirname(name), path);
    expect(existsSync(file), `${name}: ${link}`).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(file), `${name}: ${link}`).toContain(anchor);
  }
});

/** As GitHub makes them of headings. */
const anchorsOf = (file: string): readonly string[] =>
  [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
