/**
 * The pages that a user reads, README.md and docs, and the commands in them. A block of the language `console` holds
 * commands, each behind `$ `, and below a command what it prints, where a line `...` stands for any lines. A piece of
 * code in a sentence is a command, too, if it begins with the name of a program. A block whose language has a word
 * behind it (```ts dice.ts) is a file of that name.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../hosts/disk-cache.ts";

export interface Block {
  readonly language: string;
  /** "" if it is no file. */
  readonly file: string;
  readonly text: string;
  /** Of its first line, from 1 on. */
  readonly line: number;
}

export interface Command {
  readonly line: number;
  /** What a shell reads. */
  readonly text: string;
  /** The page's lines with `$ `; "" for a command in a sentence. */
  readonly typed: string;
  /** What the page says that it prints; "" if it says nothing. */
  readonly output: string;
}

export interface Page {
  /** Its path in the project. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** In the order of the page. */
  readonly commands: readonly Command[];
}

const PROGRAMS = /^(wasi-nest|npm|npx|node|wasmtime|jco|wac|wasm-tools|apk|pip|python3|cargo) \S/;

export function pages(): readonly Page[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  return ["README.md", ...docs.map((file) => `docs/${file}`).sort()].map(page);
}

export function page(name: string): Page {
  const text = readFileSync(join(root, name), "utf8");
  const blocks = [...text.matchAll(/^```(\w*) ?(.*)\n([^]*?)^```$/gm)].map(
    ({ 1: language = "", 2: file = "", 3: contents = "", index }) => ({ language, file, text: contents, line: lineAt(text, index) + 1 }),
  );
  const shown = blocks.filter(({ language }) => language === "console").flatMap(commandsOf);
  return { name, text, blocks, commands: [...shown, ...spoken(text)].sort((a, b) => a.line - b.line) };
}

function commandsOf({ text, line: first }: Block): readonly Command[] {
  const commands: Command[] = [];
  let [typed, output, start] = ["", "", 0];
  const end = (): void => {
    if (typed !== "") commands.push({ line: first + start, text: typed.slice(2), typed, output });
  };
  for (const [i, line] of text.slice(0, -1).split("\n").entries()) {
    if (output === "" && typed.endsWith("\\")) typed += `\n${line}`;
    else if (line.startsWith("$ ")) {
      end();
      [typed, output, start] = [line, "", i];
    } else output += `${line}\n`;
  }
  end();
  return commands;
}

/** Those in sentences. */
function spoken(text: string): readonly Command[] {
  const prose = text.replaceAll(/^```.*\n[^]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, " "));
  return [...prose.matchAll(/(?<!`)(`+)(?!`)([^]+?)(?<!`)\1(?!`)/g)].flatMap(({ 2: code = "", index }) => {
    const command = code.trim().replaceAll(/\s*\n\s*/g, " ");
    return PROGRAMS.test(command) ? [{ line: lineAt(text, index), text: command, typed: "", output: "" }] : [];
  });
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** Puts what a command has printed into its page; where that has `...`, only numbers may have changed. */
export function replaceOutput({ name }: Page, { typed, output }: Command, whole: string): void {
  const printed = withNumbersOf(output, whole);
  if (printed === undefined) throw new Error(`${name}: \`${typed}\` prints other lines, and which of them to show is for you to say`);
  const text = readFileSync(join(root, name), "utf8");
  const [before = "", after, another] = text.split(`${typed}\n${output}`);
  if (after === undefined || another !== undefined) throw new Error(`${name}: \`${typed}\` is not there once`);
  writeFileSync(join(root, name), `${before}${typed}\n${printed}${after}`);
}

const ELISION = "...";
const shapeOf = (line: string): string => line.replaceAll(/\b[0-9a-f]{64}\b|\b0x[0-9a-f]+|[\d.]+/g, "0").replaceAll(/ +/g, " ");

/** The output with the lines that were printed in the place of those that differ in numbers only. */
export function withNumbersOf(output: string, printed: string): string | undefined {
  const shown = output.split("\n");
  if (!shown.includes(ELISION)) return printed;
  const rest = printed.split("\n");
  const lines = shown.map((line) => {
    if (line === ELISION) return line;
    const at = rest.findIndex((each) => shapeOf(each) === shapeOf(line));
    return at < 0 ? undefined : rest.splice(0, at + 1).at(-1);
  });
  return lines.includes(undefined) ? undefined : lines.join("\n");
}

/** Whether a page shows what was printed, with `...` for any lines. */
export function shows(output: string, printed: string): boolean {
  const parts = output.split(/^\.\.\.\n/m);
  if (parts.length === 1) return output === printed;
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    const found = last ? printed.length - part.length : `\n${printed}`.indexOf(`\n${part}`, at);
    if (found < at || (i === 0 && found !== 0) || !printed.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}
