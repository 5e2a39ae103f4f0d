/**
 * What a component is allowed to reach, as a small document in the words of the options, and what of a
 * component goes beyond it:
 *
 *   { "allow": ["stdout", "clocks", "acme:kv/store", "acme:log/*", { "import": "print" }] }
 *
 * A word means a part of WASI and never an import of that name; a name means interfaces, by what they are.
 */
import { WORDS } from "../adapters/modules.ts";
import { OptionError } from "../errors.ts";
import { keyOf, meaningsOf, parseInterfaceName } from "../component/names.ts";
import { checkOptions, either, list, record, text } from "../shapes.ts";
import { nearest } from "../suggestion.ts";
import type { InspectedImport, Inspection } from "./inspect.ts";

export interface Allowance {
  /**
   * Words for subsystems; names of interfaces: `acme:kv/store`, which means every version, `acme:kv/store@1.2.0`, which
   * means that one, or `acme:kv/*`; and imports by their names, which are no interfaces.
   */
  readonly allow: readonly (string | { readonly import: string })[];
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
  checkOptions<Allowance>({ allow: list(entry) }, allowance, "allow");
  const { allow } = allowance;
  for (const each of allow) if (typeof each === "string") checkEntry(each, imports);
  const isCovered = covering(allow);
  return imports.filter((each) => each.isPower && !isCovered(each));
}

/** Whether an import is allowed, told without a look at each entry. */
function covering(allow: Allowance["allow"]): (each: InspectedImport) => boolean {
  const imports = new Set(allow.flatMap((entry) => (typeof entry === "string" ? [] : [entry.import])));
  const texts = allow.filter((entry) => typeof entry === "string");
  const words = new Set(texts.filter(isWord));
  const interfaces = new Set(
    texts.filter((entry) => !isWord(entry)).map((entry) => ofVersion(keyOf(entry), parseInterfaceName(entry)?.version)),
  );
  return ({ name, kind, subsystem, implements: implemented }) => {
    const meaning = implemented ?? name;
    const { base, version } = parseInterfaceName(meaning) ?? { base: "", version: undefined };
    // An instance that implements an interface is allowed as that alone, whatever it is called.
    if (implemented === null && imports.has(name)) return true;
    if (words.has(subsystem)) return true;
    if (kind === "instance" && words.has(STREAM_OF[base] ?? "")) return true;
    return meaningsOf(meaning).some((key) => interfaces.has(ofVersion(key, undefined)) || interfaces.has(ofVersion(key, version)));
  };
}

/** A key, of one version only where there is one. No version has a space. */
const ofVersion = (key: string, version: string | undefined): string => (version === undefined ? key : `${key} ${version}`);

const isWord = (entry: string): boolean => WORDS.includes(entry);

/** Anything but a word and the name of an interface is a slip of the pen. */
function checkEntry(entry: string, imports: Inspection["imports"]): void {
  if (isWord(entry) || /^[^:/@\s]+:[^@\s]+\/[^@\s]+(@\S+)?$/.test(entry)) return;
  if (imports.some(({ name }) => name === entry))
    throw new OptionError(
      "allow",
      `\`${entry}\` is not a word for a subsystem: the import of that name is \`{ "import": ${JSON.stringify(entry)} }\``,
    );
  const meant = nearest(entry, WORDS);
  const hint = meant === undefined ? `the words are ${WORDS.map((word) => `\`${word}\``).join(", ")}` : `did you mean \`${meant}\`?`;
  throw new OptionError("allow", `\`${entry}\` is neither a word for a subsystem nor the name of an interface: ${hint}`);
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
    throw new OptionError("allow", `it is not JSON: ${(cause as Error).message}`, { cause }); // it throws no others
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new OptionError("allow", `it is not an object: ${WANTED}`);
  const [other] = Object.keys(value).filter((key) => key !== "allow");
  if (other !== undefined) throw new OptionError("allow", `it has an unknown key \`${other}\`: ${WANTED}`);
  const { allow } = value as { readonly allow?: unknown };
  if (!Array.isArray(allow) || !allow.every(isEntry))
    throw new OptionError("allow", `\`allow\` is not a list of texts and imports: ${WANTED}`);
  return { allow };
}

function isEntry(value: unknown): value is Allowance["allow"][number] {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null) return false;
  const [[key, name] = [], ...others] = Object.entries(value);
  return key === "import" && typeof name === "string" && others.length === 0;
}

const WANTED = 'wanted is `{ "allow": ["stdout", "acme:kv/store", { "import": "print" }] }`';
const entry = either("a word, the name of an interface, or an object with an `import`", (value) =>
  typeof value === "string"
    ? text
    : typeof value === "object" && value !== null
      ? record<{ readonly import: string }>({ import: text }, "import")
      : undefined,
);
