/**
 * What a component is allowed to reach, as a small document in the words of the options, and what of a
 * component goes beyond it:
 *
 *   { "allow": ["stdout", "clocks", "acme:kv/store", "acme:log/*"] }
 */
import { OptionError } from "../errors.ts";
import { isMeant, parseInterfaceName } from "../component/names.ts";
import { checkOptions, list, text } from "../shapes.ts";
import { nearest } from "../suggestion.ts";
import type { InspectedImport, Inspection } from "./inspect.ts";
import { WORDS } from "./subsystems.ts";

export interface Allowance {
  /** Words for subsystems, and names of imports: `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly allow: readonly string[];
}

/** Whoever may use a stream may ask whether it is a terminal. */
const STREAM_OF: Readonly<Record<string, string>> = {
  "wasi:cli/terminal-stdin": "stdin",
  "wasi:cli/terminal-stdout": "stdout",
  "wasi:cli/terminal-stderr": "stderr",
};

/**
 * The imports by which a component could do more than is allowed: none where all is well.
 * @throws OptionError for a word that is not known
 */
export function beyond({ imports }: Inspection, allowance: Allowance): readonly InspectedImport[] {
  checkOptions<Allowance>({ allow: list(text) }, allowance, "allow");
  const { allow } = allowance;
  for (const entry of allow) checkEntry(entry, imports);
  return imports.filter((each) => each.isPower && !allow.some((entry) => covers(entry, each)));
}

function covers(entry: string, { name, subsystem }: InspectedImport): boolean {
  const isWord = (WORDS as readonly string[]).includes(entry);
  return (isWord && entry === subsystem) || isMeant(entry, name) || entry === STREAM_OF[parseInterfaceName(name)?.base ?? ""];
}

/** A plain name is a word or an import that is there: anything else is a slip of the pen. */
function checkEntry(entry: string, imports: Inspection["imports"]): void {
  const isWord = (WORDS as readonly string[]).includes(entry);
  const isName = imports.some(({ name }) => name === entry);
  if (isWord || isName || /^[^:/@\s]+:[^@\s]+\/[^@\s]+(@\S+)?$/.test(entry)) return;
  const meant = nearest(entry, WORDS);
  const hint = meant === undefined ? `the words are ${WORDS.map((word) => `\`${word}\``).join(", ")}` : `did you mean \`${meant}\`?`;
  throw new OptionError("allow", `\`${entry}\` is no word for a subsystem and no name of an import: ${hint}`);
}

/**
 * An allowance out of the text of a file.
 * @throws OptionError where the text is something else
 */
export function parseAllowance(text: string): Allowance {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OptionError("allow", "it is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new OptionError("allow", `it is not an object: ${WANTED}`);
  const [other] = Object.keys(value).filter((key) => key !== "allow");
  if (other !== undefined) throw new OptionError("allow", `it has an unknown key \`${other}\`: ${WANTED}`);
  const { allow } = value as { readonly allow?: unknown };
  if (!Array.isArray(allow) || !allow.every((each) => typeof each === "string"))
    throw new OptionError("allow", `\`allow\` is not a list of texts: ${WANTED}`);
  return { allow };
}

const WANTED = 'wanted is `{ "allow": ["stdout", "acme:kv/store"] }`';
