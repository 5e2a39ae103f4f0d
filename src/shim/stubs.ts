/**
 * Stubs: interfaces that refuse, generated from the types in the app's own imports. A function answers with
 * the error code or the empty value that its signature has; where it has none it traps, and the trap's
 * function has a name that says which interface and function were denied. Asked for nothing but a resource of
 * the denied interface itself, such as `wasi:sockets/instance-network`, a stub hands out a handle with which
 * nothing can be done. Other resources never come into being: their methods are only there to be linked.
 */
import { Code, op } from "../binary/instructions.ts";
import { coreSignature, type CoreSignature } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type FuncType, type Resource, type ValType } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { type CoreExport, NO_INTERFACE, type Part, type Substitute } from "../compose/part.ts";
import { eachFlatHandle, eachStoredHandle, type Handle, type HandleAction } from "./handles.ts";
import { type Endings, endingsOf, EXIT } from "./exit-stub.ts";
import { type Denial, refusal } from "./refusal.ts";
import { StubModule } from "./stub-module.ts";

const ID = "deny";

/** A function of an interface that others provide, or of none. */
export interface DeniedFunction {
  /** Of the interface, or `NO_INTERFACE`. */
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  readonly denial: Denial;
  /** What the name of its trap says behind "is denied". */
  readonly text: string;
}

export interface Denied {
  /** Whole interfaces. */
  readonly interfaces: Selection;
  /** How each of them says no. */
  denialOf(key: string): Denial;
  /** What the names of their traps say behind "is denied". */
  textOf(key: string): string;
  /** Functions on their own. */
  readonly functions: readonly DeniedFunction[];
}

/** Where stubs lie, if not in a part of their own. */
export interface SharedPart {
  /** Where constant results of theirs may lie in its memory. */
  readonly constantsAt: number;
  /** Keys of the interfaces that it provides beside those that are denied. */
  readonly provides: ReadonlySet<string>;
}

export interface StubPart extends Part {
  /** To be put into the memory of the part that they share. */
  readonly constants: Uint8Array;
  /** Whether that part has to have a memory. */
  readonly needsMemory: boolean;
}

/** The part that stubs what is denied; with `shared`, to be joined with others. `undefined` where nothing is. */
export function stubPart(denied: Denied, interfaces: Interfaces, shared?: SharedPart): StubPart | undefined {
  const { interfaces: provides, denialOf, textOf, functions } = denied;
  if (provides.size === 0 && functions.length === 0) return undefined;
  const keyOf = (resource: Resource): string => interfaces.homeOf(resource)?.key ?? "";
  const makes = handedOut(denied, interfaces);
  const stubs = new Stubs(new StubModule(ID, shared?.constantsAt), {
    exists: (resource) => makes.has(resource) || !provides.has(keyOf(resource)),
    makes,
    owns: (resource) => provides.has(keyOf(resource)) || shared?.provides.has(keyOf(resource)) === true,
  });
  const exports = new Map<string, CoreExport>();
  for (const [key, names] of provides) {
    for (const [name, item] of interfaces.pick(key, names)) {
      if (item.kind !== "func") continue;
      const known = interfaces.get(key);
      const message = trapMessage(`${known?.name}#${name}`, textOf(key));
      const endings = known?.base === EXIT ? endingsOf(item.type) : undefined;
      const stub = endings === undefined ? stubs.add(message, item.type, denialOf(key)) : stubs.addExit(message, item.type, endings);
      exports.set(`${key} ${name}`, stub);
    }
  }
  const substitutes = functions.map(({ key, name, type, denial, text }, i): Substitute => {
    const message = trapMessage(key === NO_INTERFACE ? name : `${interfaces.get(key)?.name}#${name}`, text);
    return { key, name, type, exportName: `d${i}`, core: stubs.add(message, type, denial) };
  });
  return {
    id: ID,
    role: "stubs",
    provides,
    memory: undefined,
    modules: [stubs.module.finish()],
    substitutes,
    coreExport(key, func) {
      const found = exports.get(`${key} ${func}`);
      if (found === undefined) throw new Error(`\`${key}\` \`${func}\` is not denied`);
      return found;
    },
    constants: stubs.module.constants.bytes,
    needsMemory: stubs.module.needsMemory,
  };
}

/** The denied resources that somebody can have: those that a function hands out which cannot say no, and can be called. */
function handedOut({ interfaces: denied, denialOf }: Denied, interfaces: Interfaces): ReadonlySet<Resource> {
  const makers = [...denied].flatMap(([key, names]) =>
    interfaces.pick(key, names).flatMap(([, item]) => {
      const result = item.kind === "func" && denialOf(key) === "error" ? item.type.result : undefined;
      const isMade = result !== undefined && isHandle(result) && denied.has(interfaces.homeOf(result.resource)?.key ?? "");
      return item.kind === "func" && isMade ? [{ params: item.type.params, resource: result.resource }] : [];
    }),
  );
  const found = new Set<Resource>();
  const exists = (resource: Resource): boolean => found.has(resource) || !denied.has(interfaces.homeOf(resource)?.key ?? "");
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { params, resource } of makers)
      if (params.every(({ type }) => !isHandle(type) || exists(type.resource))) found.add(resource);
  }
  return found;
}

/** What a function that traps is called: hosts show it in their traces. */
export const trapMessage = (label: string, text = ""): string => `${label} is denied${text}`;

/** What handles of denied resources stand for: nothing, but jco takes 0 for a handle that is not there. */
const REPRESENTATION = 1;

interface StubContext {
  /** Whether anybody can have a handle of a resource. */
  exists(resource: Resource): boolean;
  /** The denied resources that it can make. */
  readonly makes: ReadonlySet<Resource>;
  /** Whether a resource is the part's own. */
  owns(resource: Resource): boolean;
}

const core = (name: string): CoreExport => ({ module: 0, name, postReturn: undefined });

/** The functions of one part as they are added; those that do the same are one. */
class Stubs {
  readonly module: StubModule;
  readonly #context: StubContext;

  constructor(module: StubModule, context: StubContext) {
    this.module = module;
    this.#context = context;
  }

  /** The core export that stands for a function; `message` is what a trap calls it. */
  add(message: string, func: FuncType, denial: Denial): CoreExport {
    return core(this.#add(message, func, denial));
  }

  #add(message: string, func: FuncType, denial: Denial): string {
    const { module } = this;
    const signature = coreSignature(func, "lift");
    const { type } = signature;
    module.declare(signature);
    const code = new Code(type.params.length);
    // Nobody has such a handle, so nobody can call this; a list of them may be empty.
    if (func.params.some(({ type: each }) => isHandle(each) && !this.#context.exists(each.resource)))
      return module.add(type, code.op(op.unreachable), undefined);

    const made = this.#madeBy(func);
    const answer = refusal(func);
    if (denial === "trap" || (made === undefined && answer === undefined)) return module.add(type, code.op(op.unreachable), message);
    this.#dropHandles(code, func, signature);
    if (signature.realloc) module.reset(code);
    if (made !== undefined) code.constant(REPRESENTATION).call(module.builtIn("new", made));
    else if (answer !== undefined) {
      if (signature.resultSpilled) module.use(code);
      code.constant(signature.resultSpilled ? module.constants.address(answer.memory) : answer.flat);
    }
    return module.add(type, code, undefined);
  }

  /** The same of a function that ends the program. */
  addExit(message: string, type: FuncType, endings: Endings): CoreExport {
    return core(this.module.addExit(coreSignature(type, "lift").type, endings, message));
  }

  /** The resource of which a function hands out nothing but a handle. */
  #madeBy({ result }: FuncType): Resource | undefined {
    return result !== undefined && isHandle(result) && this.#context.makes.has(result.resource) ? result.resource : undefined;
  }

  #dropHandles(code: Code, func: FuncType, { type, paramsSpilled }: CoreSignature): void {
    const { owns, exists } = this.#context;
    const drop: HandleAction = {
      replaces: false,
      // A borrow of a resource of this very part comes as what it represents.
      applies: ({ kind, resource }) => exists(resource) && (kind === "own" || !owns(resource)),
      emit: (_, { resource }) => code.call(this.module.builtIn("drop", resource)),
    };
    const params: ValType = { kind: "tuple", types: func.params.map((param) => param.type) };
    if (paramsSpilled) eachStoredHandle(code, drop, params, 0);
    else eachFlatHandle(code, drop, params, 0, type.params);
  }
}

const isHandle = (type: ValType): type is Handle => typeof type === "object" && (type.kind === "own" || type.kind === "borrow");
