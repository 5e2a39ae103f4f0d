/**
 * Stubs: interfaces that refuse, generated from the types in the app's own imports. A function answers with
 * the error code or the empty value that its signature has; where it has none it traps, and the trap's
 * function has a name that says which interface and function were denied. Asked for nothing but a resource of
 * the denied interface itself, such as `wasi:sockets/instance-network`, a stub hands out a handle with which
 * nothing can be done. Other resources never come into being: their methods are only there to be linked.
 */
import { Code, op } from "../binary/instructions.ts";
import { coreSignature, type CoreSignature, flatten, hasEnd, membersOf, place } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type FuncType, type Resource, type ValType } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { type CoreExport, type LinkedPart, NO_INTERFACE, type Substitute } from "../compose/part.ts";
import { eachFlatHandle, eachStoredHandle, type Handle, type HandleAction } from "./handles.ts";
import { type Endings, endingsOf, EXIT } from "./exit-stub.ts";
import { endIn, laterAnswer, type LaterMember } from "./later-answer.ts";
import { type Denial, refusal } from "./refusal.ts";
import { StubModule, type Teller } from "./stub-module.ts";

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

/** A function of an adapter that gives nothing itself: the stub only tells of it. */
export interface RefusedFunction {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  /** What is told. */
  readonly message: string;
  /** The adapter, by its id, and what its module calls the function. */
  readonly of: string;
  readonly exportName: string;
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
  /** Whom stubs tell of what is refused, in a part that they share. */
  readonly telling?: Telling | undefined;
}

export interface Telling extends Teller {
  /** Whether an interface refuses, in the place of answering what is true. */
  isRefusal(key: string): boolean;
  readonly refused: readonly RefusedFunction[];
}

/** Where stubs lie, if not in a part of their own. */
export interface SharedPart {
  /** Where constant results of theirs may lie in its memory. */
  readonly constantsAt: number;
  /** Keys of the interfaces that it provides beside those that are denied. */
  readonly provides: ReadonlySet<string>;
}

export interface StubPart extends LinkedPart {
  /** To be put into the memory of the part that they share. */
  readonly constants: Uint8Array;
  /** Whether that part has to have a memory. */
  readonly needsMemory: boolean;
}

/** Whether a stub copies into streams or futures: the memory for that has to be there before the stubs are. */
export function copiesLater({ interfaces: denied, denialOf, functions }: Denied, interfaces: Interfaces): boolean {
  const copies = (type: FuncType): boolean => type.result !== undefined && hasEnd(type.result);
  const isCopying = ([key, names]: readonly [string, ReadonlySet<string>]): boolean =>
    denialOf(key) === "error" && interfaces.pick(key, names).some(([, item]) => item.kind === "func" && copies(item.type));
  return [...denied].some(isCopying) || functions.some(({ type, denial }) => denial === "error" && copies(type));
}

/** The part that stubs what is denied; with `shared`, to be joined with others. `undefined` where nothing is. */
export function stubPart(denied: Denied, interfaces: Interfaces, shared?: SharedPart): StubPart | undefined {
  const { interfaces: provides, denialOf, textOf, functions, telling } = denied;
  const refused = telling?.refused ?? [];
  if (provides.size === 0 && functions.length === 0 && refused.length === 0) return undefined;
  const keyOf = (resource: Resource): string => interfaces.homeOf(resource)?.key ?? "";
  const makes = handedOut(denied, interfaces);
  const stubs = new Stubs(new StubModule(ID, shared?.constantsAt, shared && telling), {
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
      const isTold = telling?.isRefusal(key) === true;
      const stub =
        endings === undefined ? stubs.add(message, item.type, denialOf(key), isTold) : stubs.addExit(message, item.type, endings);
      exports.set(`${key} ${name}`, stub);
    }
  }
  const substitutes = functions.map(({ key, name, type, denial, text }, i): Substitute => {
    const message = trapMessage(key === NO_INTERFACE ? name : `${interfaces.get(key)?.name}#${name}`, text);
    return { key, name, type, exportName: `d${i}`, core: stubs.add(message, type, denial, true) };
  });
  const inFront = new Map(refused.map((each) => [`${each.key} ${each.name}`, stubs.addInFront(each)]));
  return {
    id: ID,
    role: "stubs",
    provides,
    memory: undefined,
    modules: [stubs.module.finish()],
    substitutes,
    inFront,
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
      if (item.kind !== "func" || denialOf(key) !== "error" || item.type.result === undefined) return [];
      const isOurs = (resource: Resource): boolean => denied.has(interfaces.homeOf(resource)?.key ?? "");
      const { params, result } = item.type;
      if (isHandle(result)) return isOurs(result.resource) ? [{ params, resource: result.resource }] : [];
      return (laterAnswer(item.type, isOurs) ?? []).flatMap((each) =>
        each.kind === "handle" ? [{ params, resource: each.resource }] : [],
      );
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

  /** The core export that stands for a function; `message` is what a trap calls it, and what is told. */
  add(message: string, func: FuncType, denial: Denial, isTold: boolean): CoreExport {
    return core(this.#add(message, func, denial, isTold));
  }

  #add(message: string, func: FuncType, denial: Denial, isTold: boolean): string {
    const { module } = this;
    const signature = coreSignature(func, "lift");
    const { type } = signature;
    module.declare(signature);
    const code = new Code(type.params.length);
    // Nobody has such a handle, so nobody can call this; a list of them may be empty.
    if (func.params.some(({ type: each }) => isHandle(each) && !this.#context.exists(each.resource)))
      return module.add(type, code.op(op.unreachable), undefined);

    if (isTold) module.tell(code, message);
    const made = this.#madeBy(func);
    const answer = refusal(func);
    const later = laterAnswer(func, (resource) => this.#context.makes.has(resource));
    const cannotSayNo = made === undefined && answer === undefined && later === undefined;
    const ends = func.params.map((each) => endIn(each.type));
    const isUnreadable = func.params.some((each, i) => ends[i] === undefined && hasEnd(each.type));
    if (denial === "trap" || cannotSayNo || isUnreadable || (signature.paramsSpilled && ends.some((each) => each !== undefined)))
      return module.add(type, code.op(op.unreachable), message);
    this.#dropHandles(code, func, signature);
    this.#dropEnds(code, func, ends);
    if (signature.realloc) module.reset(code);
    if (later !== undefined) return module.add(type, this.#answerLater(code, later, func.result, signature), undefined);
    if (made !== undefined) code.constant(REPRESENTATION).call(module.builtIn("new", made));
    else if (answer !== undefined) {
      if (signature.resultSpilled) module.use(code);
      code.constant(signature.resultSpilled ? module.constants.address(answer.memory) : answer.flat);
    }
    return module.add(type, code, undefined);
  }

  /** Streams and futures that were given: nobody will read them. */
  #dropEnds(code: Code, { params }: FuncType, ends: readonly ReturnType<typeof endIn>[]): void {
    let slot = 0;
    params.forEach(({ type }, i) => {
      const end = ends[i];
      const first = slot;
      slot += flatten(type).length;
      if (end === undefined) return;
      const drop = (at: number): Code => code.get(at).call(this.module.endBuiltIn("drop-readable", end.type));
      if (end.isOptional) code.get(first).if(() => drop(first + 1));
      else drop(first);
    });
  }

  /**
   * Makes streams and futures. The writable end of a future stays: it may be dropped only when somebody has read the value, and
   * nobody would tell us.
   */
  #answerLater(code: Code, members: readonly LaterMember[], result: ValType | undefined, { resultSpilled }: CoreSignature): Code {
    const { module } = this;
    module.declare({ memory: true, realloc: false });
    module.use(code);
    const ends = module.constants.reserve(8);
    const offsets = resultSpilled && result !== undefined ? place(membersOf(result) ?? [result]).offsets : [0];
    const area = module.constants.reserve(4 * members.length);
    members.forEach((member, i) => {
      code.constant(area);
      if (member.kind === "handle") code.constant(REPRESENTATION).call(module.builtIn("new", member.resource));
      else {
        const { type } = member;
        code.constant(ends).call(module.endBuiltIn("new", type)).store(op.i64Store, 0);
        code.constant(ends).load(op.i32Load, 4);
        if (member.kind === "stream") code.call(module.endBuiltIn("drop-writable", type));
        else code.constant(module.constants.address(member.value)).call(module.endBuiltIn("write", type)).op(op.drop);
        code.constant(ends).load(op.i32Load, 0);
      }
      code.store(op.i32Store, offsets[i] ?? 0);
    });
    return resultSpilled ? code.constant(area) : code.constant(area).load(op.i32Load, 0);
  }

  /** Tells of a refusal and leaves it to the adapter. */
  addInFront({ message, type: func, of, exportName }: RefusedFunction): CoreExport {
    const { type } = coreSignature(func, "lift");
    const code = new Code(type.params.length);
    this.module.tell(code, message);
    type.params.forEach((_, i) => code.get(i));
    return core(this.module.add(type, code.call(this.module.lent(of, exportName, type)), undefined));
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
      emit: (_, { kind, resource }) => code.call(this.module.builtIn(kind === "borrow" ? "drop lent" : "drop", resource)),
    };
    const params: ValType = { kind: "tuple", types: func.params.map((param) => param.type) };
    if (paramsSpilled) eachStoredHandle(code, drop, params, 0);
    else eachFlatHandle(code, drop, params, 0, type.params);
  }
}

const isHandle = (type: ValType): type is Handle => typeof type === "object" && (type.kind === "own" || type.kind === "borrow");
