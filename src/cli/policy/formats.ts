/** The formats of policy files. Each refuses what it does not understand, and a key that is there twice. */
import { extname } from "node:path";
import { UsageError } from "../../errors.ts";
import { needed } from "../../node/optional-packages.ts";

type Parse = (text: string) => Promise<unknown>;

const FORMATS: Readonly<Record<string, Parse>> = { ".json": parseJson, ".toml": parseToml, ".yaml": parseYaml, ".yml": parseYaml };

/** The endings of a policy file's name. */
export const ENDINGS: readonly string[] = Object.keys(FORMATS);

/** @throws UsageError for a name without such an ending */
export function formatOf(path: string): Parse {
  const format = FORMATS[extname(path)];
  if (format !== undefined) return format;
  throw new UsageError(`\`${path}\` is no policy file: its name ends in none of ${ENDINGS.map((each) => `\`${each}\``).join(", ")}`);
}

async function parseJson(text: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Behind the comma stands a piece of the text.
    throw new UsageError(`is no JSON: ${(error as Error).message.replace(/, (?:\.\.\.)?".*/s, "")}`);
  }
  refuseRepeated(text);
  return value;
}

/** `JSON.parse` takes the last of two values of a key, and says nothing. */
function refuseRepeated(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const name = JSON.parse(key) as string;
      const names = open.at(-1);
      if (names?.has(name) === true) throw new UsageError(`has \`${name}\` twice`);
      names?.add(name);
    }
  }
}

async function parseToml(text: string): Promise<unknown> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new UsageError(`is no TOML: ${reason} in line ${error.line}, column ${error.column}`);
  }
}

async function parseYaml(text: string): Promise<unknown> {
  const { parseAllDocuments } = await needed<typeof import("yaml")>("yaml", "reads YAML");
  const documents = parseAllDocuments(text, { prettyErrors: false });
  const [document] = Array.isArray(documents) ? documents : [];
  if (document === undefined) return null;
  if (documents.length > 1) throw new UsageError("has several YAML documents, and one is wanted");
  const [problem] = [...document.errors, ...document.warnings];
  if (problem === undefined) {
    try {
      return document.toJS();
    } catch (error) {
      // Aliases of aliases that would come to far more than is written.
      if (!(error instanceof ReferenceError)) throw error;
      throw new UsageError("is no YAML that is understood: it has too many aliases");
    }
  }
  const line = text.slice(0, problem.pos[0]).split("\n").length;
  throw new UsageError(`is no YAML that is understood: ${problem.message} in line ${line}`);
}
