/**
 * What imports and exports may be called (Explainer.md, "Import and Export Definitions": `importname`, `exportname`),
 * and when two names are too much alike to be in one component ("strongly-unique").
 */

/** `fragment ::= <word> | <acronym>`: letters of one case; `firstpart` begins with a letter. */
const FIRST = "(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)";
const REST = "(?:[a-z0-9]+|[A-Z0-9]+)";
const LABEL = `${FIRST}(?:-${REST})*`;
const LOWER = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
const NUMBER = "(?:0|[1-9][0-9]*)";
const SEMVER = `${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(?:${NUMBER}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:${NUMBER}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?`;
const HASH = "sha(?:256|384|512)-[0-9a-zA-Z+/]+={0,2}(?:\\?[^\\s>]*)?";
const INTEGRITY = `integrity=<\\s*${HASH}(?:\\s+${HASH})*\\s*>`;
/** No host takes nested namespaces and packages by default. */
const PACKAGE = `${LOWER}:${LOWER}`;
const PROJECTION = `(?:/${LABEL})`;
const RANGE = `@(?:\\*|\\{(?:>=${SEMVER}(?: <${SEMVER})?|<${SEMVER})\\})`;

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const label = whole(LABEL);
const interfaceName = whole(`${PACKAGE}${PROJECTION}(?:@(?<version>.*))?`);
const semver = whole(SEMVER);
const dependency = whole(
  `unlocked-dep=<${PACKAGE}${PROJECTION}?(?:${RANGE})?>|locked-dep=<${PACKAGE}${PROJECTION}?(?:@${SEMVER})?>(?:,${INTEGRITY})?`,
);
const url = whole(`url=<[^<>]*>(?:,${INTEGRITY})?`);
const hash = whole(INTEGRITY);
const annotated = whole(`\\[(constructor)\\](${LABEL})|\\[(method|static)\\](${LABEL})\\.(${LABEL})`);

export type ParsedName =
  | { readonly kind: "label" | "interface" | "dependency" | "url" | "hash" }
  | { readonly kind: "constructor"; readonly resource: string }
  | { readonly kind: "method" | "static"; readonly resource: string; readonly member: string };

/** Labels that are well formed, as far as they are remembered: the same ones come again and again. */
const labels = new Set<string>();
const MAX_REMEMBERED = 10_000;

export function isLabel(text: string): boolean {
  if (labels.has(text)) return true;
  if (!label.test(text)) return false;
  if (labels.size >= MAX_REMEMBERED) labels.clear();
  labels.add(text);
  return true;
}

/** What an import or export is called, or why nothing can be called that. */
export function parseExternName(name: string, versionSuffix = ""): ParsedName | string {
  if (isLabel(name)) return { kind: "label" };
  if (name.startsWith("[")) {
    const [, constructor, made, kind, resource = "", member = ""] = annotated.exec(name) ?? [];
    if (constructor !== undefined) return { kind: "constructor", resource: made ?? "" };
    if (kind !== undefined) return { kind: kind as "method" | "static", resource, member }; // the pattern's words
    return "it is not made as names of constructors, methods and static functions are";
  }
  if (dependency.test(name)) return { kind: "dependency" };
  if (url.test(name)) return { kind: "url" };
  if (hash.test(name)) return { kind: "hash" };
  if (!name.includes(":")) return "it is not in kebab case";
  const match = interfaceName.exec(name);
  if (match === null) return "it is not the name of an interface";
  const version = match.groups?.["version"];
  if (version !== undefined && !semver.test(version + versionSuffix)) return `\`${version}${versionSuffix}\` is no semantic version`;
  return { kind: "interface" };
}

/** Two names that give the same are too much alike. */
export function uniqueKeyOf(name: string, parsed: ParsedName): string {
  switch (parsed.kind) {
    case "label":
      return `label ${name.toLowerCase()}`;
    case "constructor":
      return `constructor ${parsed.resource.toLowerCase()}`;
    case "method":
    case "static": {
      // `[method]a.a` is like `a`.
      const resource = parsed.resource.toLowerCase();
      return resource === parsed.member.toLowerCase() ? `label ${resource}` : `member ${parsed.resource}.${parsed.member}`;
    }
    default:
      return name;
  }
}
