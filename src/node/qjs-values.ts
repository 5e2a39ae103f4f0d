/**
 * qjs 0.4.5 hands a module other values than StarlingMonkey, whose values are jco's and those of the declarations: a
 * number for a u64, `null` for `none`, an array where there is an array of numbers, a negative number for a large u32.
 * What stands between the two is text, made of the types of the functions: nothing for what is imported with the same values. Whatever is exported
 * is looked at as well when it returns (qjs-guard.ts).
 *
 *     engine ⇄ what the text exports, wrapped ⇄ the module ⇄ what it imports, wrapped ⇄ engine
 *
 * A resource of the module's that has methods goes to the engine as an object that has the wrapped
 * methods and stands for the module's, because the module calls the methods of its own objects too.
 */
import { ADAPTER_PREFIX, type AdapterWorld, type FunctionTypes } from "./adapter-world.ts";
import type { FuncType, Resource } from "../component/types.ts";
import type { Bundle } from "./bundle-adapter.ts";
import { exportNameOf, wantedBy } from "./check-adapter.ts";
import { ownResources } from "./lost-resources.ts";
import type { Statement } from "./module-syntax.ts";
import { Conversions, STANDS_FOR } from "./qjs-conversions.ts";

/** The text of a bundle that names these imports, with what qjs needs around it; lines stay where they are. */
export function withJcoValues(world: AdapterWorld, { code, syntax }: Bundle, imports: Parameters<AdapterWorld["imports"]>[0]): string {
  // Nothing of ours may mean something there already.
  let prefix = "jco$";
  while (code.includes(prefix)) prefix += "$";
  const conversions = new Conversions(prefix, ownResources(world), resourcesToWrap(world));
  const exported = new Map<string, string>();
  const made: string[] = [];
  for (const { name, types } of world.exports) {
    const local = syntax.exports.get(exportNameOf(name))?.local;
    if (local === undefined) continue;
    const text = exportText(exportNameOf(name), local, membersOf(types), conversions);
    if (text === undefined) continue;
    exported.set(exportNameOf(name), `${prefix}exports${made.length}`);
    made.push(`const ${prefix}exports${made.length} = ${text};`);
  }
  const imported = new Map<string, string>();
  for (const [name, types] of world.imports(imports)) {
    const from = ADAPTER_PREFIX + name;
    const text = importText(membersOf(types), conversions.ofImports());
    if (text === undefined) continue;
    const own = `${prefix}imports${imported.size}`;
    imported.set(from, own);
    // A function declaration is there before the module's first line, and what it is wanted for stands in that.
    made.push(
      `import * as ${own}$ from ${JSON.stringify(from)};`,
      `function ${own}() {\n  if (${own}.all) return ${own}.all;\n  const all = { ...${own}$ };\n${text}  return (${own}.all = all.default = all);\n}`,
      `${own}();`,
    );
  }
  if (made.length === 0) return code;
  if (exported.size > 0) made.push(`export { ${[...exported].map(([name, own]) => `${own} as ${name}`).join(", ")} };`);
  return `${edited(code, syntax.statements, exported, imported)}\n${[...conversions.texts(), ...made].join("\n")}\n`;
}

/** With what is wrapped taken out of the statements that import and export. */
function edited(
  code: string,
  statements: readonly Statement[],
  exported: ReadonlyMap<string, string>,
  imported: ReadonlyMap<string, string>,
): string {
  const parts: string[] = [];
  let offset = 0;
  for (const { start, end, from, names } of statements) {
    const own = from === undefined ? undefined : imported.get(from);
    if (own === undefined && (from !== undefined || !names.some(({ name }) => exported.has(name)))) continue;
    const kept = names.filter(({ name }) => !exported.has(name)).map(({ name, local }) => `${local} as ${name}`);
    const text =
      own === undefined ? `export { ${kept.join(", ")} };` : names.map(({ name, local }) => constText(name, local, own)).join(" ");
    parts.push(code.slice(offset, start), text, code.slice(start, end).replace(/[^\n]/g, ""));
    offset = end;
  }
  return parts.join("") + code.slice(offset);
}

const constText = (name: string, local: string, own: string): string =>
  name === "*" ? `const ${local} = ${own}();` : `const { ${JSON.stringify(name)}: ${local} } = ${own}();`;

/** What an interface has under the names of JavaScript. */
interface Members {
  readonly functions: ReadonlyMap<string, FuncType>;
  readonly classes: ReadonlyMap<string, Class>;
}

interface Class {
  creates?: FuncType;
  readonly statics: Map<string, FuncType>;
  readonly methods: Map<string, FuncType>;
}

function membersOf(types: FunctionTypes): Members {
  const functions = new Map<string, FuncType>();
  const classes = new Map<string, Class>();
  for (const [label, type] of types) {
    const { name, method } = wantedBy(label);
    // What an async function gives is a promise, which both engines have alike, of values that are not.
    if (type.async) continue;
    if (!label.startsWith("[")) {
      functions.set(name, type);
      continue;
    }
    const found = classes.get(name) ?? { statics: new Map<string, FuncType>(), methods: new Map<string, FuncType>() };
    classes.set(name, found);
    if (method === undefined) found.creates = type;
    else if (method.startsWith("static ")) found.statics.set(method.slice(7), type);
    else found.methods.set(method, type);
  }
  return { functions, classes };
}

/** The exported resources that have methods. */
function resourcesToWrap(world: AdapterWorld): ReadonlySet<Resource> {
  const methods = world.exports.flatMap(({ types }) => [...types].filter(([label, type]) => label.startsWith("[method]") && !type.async));
  return new Set(methods.flatMap(([, type]) => selfOf(type) ?? []));
}

/** Whose method it is. */
function selfOf({ params: [self] }: FuncType): Resource | undefined {
  return typeof self?.type === "object" && self.type.kind === "borrow" ? self.type.resource : undefined;
}

const withoutSelf = (type: FuncType): FuncType => ({ ...type, params: type.params.slice(1) });

/** An object with what is wrapped, that has the rest from the module's, which is exported as `exported`. */
function exportText(exported: string, local: string, { functions, classes }: Members, conversions: Conversions): string | undefined {
  const calling = (path: string): string => `function (...args) { return ${path}(...args); }`;
  const members: string[] = [];
  for (const [name, type] of functions)
    members.push(`${name}: ${conversions.wrapExport(type, `${exported}.${name}`)(calling(`${local}.${name}`))}`);
  for (const [name, { creates, statics, methods }] of classes) {
    const own = `${local}.${name}`;
    const called = `${exported}.${name}`;
    const [resource] = [...methods.values()].map(selfOf);
    if (resource !== undefined) {
      const each = [...methods].map(([method, type]) => {
        const call = calling(`this[${JSON.stringify(STANDS_FOR)}].${method}`);
        return `  ${method}: ${conversions.wrapExport(withoutSelf(type), `${called}.${method}`)(call)},\n`;
      });
      conversions.define(resource, `{\n${each.join("")}}`);
    }
    if (creates === undefined && statics.size === 0) continue;
    const create = `function (...args) { return new ${own}(...args); }`;
    const wrapped = creates === undefined ? create : conversions.wrapExport(creates, called)(create);
    const each = [...statics].map(
      ([method, type]) => `${method}: ${conversions.wrapExport(type, `${called}.${method}`)(calling(`${own}.${method}`))}`,
    );
    members.push(`${name}: Object.assign(${wrapped}, { ${each.join(", ")} })`);
  }
  return members.length === 0 ? undefined : `{\n  __proto__: ${local},\n${members.map((each) => `  ${each},\n`).join("")}}`;
}

/** Statements that put what is wrapped into `all`, which has what the engine offers. */
function importText({ functions, classes }: Members, conversions: Conversions): string | undefined {
  const lines: string[] = [];
  const put = (owner: string, name: string, type: FuncType): void => {
    const wrapped = conversions.wrapImport(type);
    if (wrapped !== undefined) lines.push(`${owner}.${name} = ${wrapped(`${owner}.${name}`)};`);
  };
  for (const [name, type] of functions) put("all", name, type);
  for (const [name, { creates, statics, methods }] of classes) {
    const before = lines.length;
    for (const [method, type] of methods) put("raw.prototype", method, withoutSelf(type));
    for (const [method, type] of statics) put("raw", method, type);
    const created = creates && conversions.wrapImport(creates);
    if (created !== undefined)
      lines.push(
        `all.${name} = Object.setPrototypeOf(${created("function (...args) { return new raw(...args); }")}, raw);`,
        `all.${name}.prototype = raw.prototype;`,
      );
    if (lines.length > before) lines.splice(before, Infinity, `{\n    const raw = all.${name};`, ...lines.slice(before), "}");
  }
  return lines.length === 0 ? undefined : lines.map((each) => `  ${each}\n`).join("");
}
