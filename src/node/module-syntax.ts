/**
 * What the text of a module tells before it runs: what it imports by which names, what is in the objects that it
 * exports, as far as they are written out, and which names it mentions. Scopes are not told apart.
 */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface ModuleSyntax {
  /** `name` is the export's. */
  readonly imports: readonly { readonly from: string; readonly name: string }[];
  /** `import ... from "..."` and `export { ... }`, whole. */
  readonly statements: readonly Statement[];
  readonly exports: ReadonlyMap<string, Value>;
  /** Variables, and properties of the global object. */
  readonly names: ReadonlySet<string>;
  /** Where `import()` stands. */
  readonly dynamicImports: readonly number[];
}

export interface Statement {
  readonly start: number;
  readonly end: number;
  /** Of an import. */
  readonly from?: string;
  /** `name` is the export's, "*" stands for all of them in one object. */
  readonly names: readonly { readonly name: string; readonly local: string }[];
}

/** Of what only running the module tells the kind is "unknown", and it has no `members`; so may an object or a class. */
export interface Value {
  readonly kind: "object" | "class" | "function" | "unknown";
  readonly offset: number;
  /** Of a function whose body runs after it has returned: what it returns. */
  readonly deferred?: Deferred;
  /** Of what is exported: the variable that has it. */
  readonly local?: string;
  /** Static ones of a class stand under `static NAME`. */
  readonly members?: ReadonlyMap<string, Value>;
}

export type Deferred = "promise" | "generator";

type Bindings = ReadonlyMap<string, Node>;

export function syntaxOf(program: unknown): ModuleSyntax {
  const body = nodes((program as Node)["body"]);
  const bindings = bindingsOf(body);
  const names = new Set<string>();
  const dynamicImports: number[] = [];
  collectNames(program as Node, names, dynamicImports);
  const specifiers = body.filter(({ type }) => type === "ImportDeclaration").map((each) => [each, nodes(each["specifiers"])] as const);
  const imports = specifiers.flatMap(([{ source }, each]) =>
    each.flatMap(({ type, imported }) =>
      type === "ImportSpecifier" ? [{ from: String((source as Node)["value"]), name: nameOf(imported) }] : [],
    ),
  );
  const exported = body.filter(({ type }) => type === "ExportNamedDeclaration").flatMap((each) => nodes(each["specifiers"]));
  const exports = exported.map(
    ({ exported: name, local }) => [nameOf(name), { ...valueOf(local as Node, bindings), local: nameOf(local) }] as const,
  );
  return { imports, exports: new Map(exports), names, dynamicImports, statements: body.flatMap(statementOf) };
}

function statementOf({ type, start, end, ["source"]: source, ["specifiers"]: specifiers }: Node): readonly Statement[] {
  const at = { start, end };
  if (type === "ImportDeclaration") {
    const names = nodes(specifiers).map((each) => {
      const name = each.type === "ImportSpecifier" ? nameOf(each["imported"]) : each.type === "ImportDefaultSpecifier" ? "default" : "*";
      return { name, local: nameOf(each["local"]) };
    });
    return [{ ...at, from: nameOf(source), names }];
  }
  if (type !== "ExportNamedDeclaration" || isNode(source)) return [];
  return [{ ...at, names: nodes(specifiers).map(({ exported, local }) => ({ name: nameOf(exported), local: nameOf(local) })) }];
}

/** What stands for the names of the outermost scope. */
function bindingsOf(body: readonly Node[]): Bindings {
  const found = new Map<string, Node>();
  for (const node of body) {
    if (node.type === "VariableDeclaration") {
      for (const { id, init } of nodes(node["declarations"])) if (isNode(init)) found.set(nameOf(id), init);
    } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") found.set(nameOf(node["id"]), node);
  }
  return found;
}

function valueOf(node: Node, bindings: Bindings, depth = 0): Value {
  const unknown: Value = { kind: "unknown", offset: node.start };
  switch (node.type) {
    case "Identifier": {
      const bound = bindings.get(nameOf(node));
      // A name may stand for itself, in a module that fails.
      return bound === undefined || depth > 9 ? unknown : valueOf(bound, bindings, depth + 1);
    }
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return functionOf(node, node.start);
    case "ObjectExpression": {
      const properties = nodes(node["properties"]);
      const members = properties.map((each) => [nameOf(each["key"]), memberOf(each, bindings, depth + 1)] as const);
      return { kind: "object", offset: node.start, ...(properties.every(isPlain) && { members: new Map(members) }) };
    }
    case "ClassDeclaration":
    case "ClassExpression": {
      const body = nodes((node["body"] as Node)["body"]).filter(({ type }) => type !== "StaticBlock");
      const members = body.map(
        (each) => [`${each["static"] === true ? "static " : ""}${nameOf(each["key"])}`, memberOf(each, new Map(), depth)] as const,
      );
      const isWhole = !isNode(node["superClass"]) && body.every(isPlain);
      return { kind: "class", offset: node.start, ...(isWhole && { members: new Map(members) }) };
    }
    default:
      return unknown;
  }
}

/** Of an object or a class. What a getter gives is not told. */
function memberOf(node: Node, bindings: Bindings, depth: number): Value {
  const { value, kind, method } = node;
  if (!isNode(value) || kind === "get" || kind === "set") return { kind: "unknown", offset: node.start };
  return method === true || kind === "method" ? functionOf(value, node.start) : valueOf(value, bindings, depth);
}

function functionOf(node: Node, offset: number): Value {
  const deferred = node["generator"] === true ? "generator" : node["async"] === true ? "promise" : undefined;
  return { kind: "function", offset, ...(deferred !== undefined && { deferred }) };
}

/** Whether the name is written there. */
const isPlain = ({ type, computed }: Node): boolean => type !== "SpreadElement" && computed !== true;

const GLOBAL_OBJECT = ["globalThis", "self"];

function collectNames(node: Node, names: Set<string>, dynamicImports: number[]): void {
  if (node.type === "ImportExpression") dynamicImports.push(node.start);
  if (node.type === "Identifier") names.add(nameOf(node));
  const isNamed = (key: string): boolean => node["computed"] !== true && ["property", "key"].includes(key);
  if (node.type === "MemberExpression" && GLOBAL_OBJECT.includes(nameOf(node["object"]))) names.add(nameOf(node["property"]));
  if (node.type === "MemberExpression" && isNamed("property")) names.add(`${nameOf(node["object"])}.${nameOf(node["property"])}`);
  for (const [key, child] of Object.entries(node))
    if (!isNamed(key)) for (const each of nodes(child)) collectNames(each, names, dynamicImports);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** A node, or those of a list. */
const nodes = (value: unknown): readonly Node[] => (Array.isArray(value) ? value : [value]).filter(isNode);

/** Of an identifier, or a property in quotes. */
function nameOf(node: unknown): string {
  return isNode(node) ? String(node["name"] ?? node["value"] ?? "") : "";
}
