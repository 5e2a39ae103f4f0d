/** What one adapter is to the rest of wasi-nest. registry.ts lists them; nothing else names one. */
import type { Exports, Extern } from "../component/types.ts";
import type { Interfaces } from "../component/interfaces.ts";
import type { World } from "../component/world.ts";
import type { Part } from "../compose/part.ts";
import type { Denial } from "../shim/refusal.ts";
import type { Adapter } from "./adapter.ts";
import type { Learned, Observed } from "./observed.ts";
import type { Plug } from "./plugs/plug.ts";
import type { AnyOptionTable, Check, FlagTable, OptionTable, Recorded, Sample } from "./option-table.ts";

/** The host, a stub that refuses, or an adapter by its id. */
export type Provider = "host" | "deny" | (string & {});

/** What the options say that are nobody's own. */
export interface General {
  readonly allowAll: boolean;
  readonly deny: Denial;
  /** What is refused is told whoever prints it (trace/refused.ts). */
  readonly traceDenied: boolean;
}

/** An import to decide about: an instance of an interface that the module looks after. */
export interface Asked {
  /** `wasi:cli/stdin` */
  readonly base: string;
  readonly item: Extern;
  /** How it is denied by its name, if it is. */
  readonly named: Denial | undefined;
  /** How it answers if it is denied. */
  readonly denial: Denial;
  readonly world: World;
  /** Whether an interface of the module's series is imported and denied by its name. */
  isDeniedByName(base: string): boolean;
}

/** A plan that is being made. Modules finish in the order of the registry; a later one may ask what earlier ones did. */
export interface Draft extends Pick<Asked, "world" | "isDeniedByName"> {
  /** Interfaces that the app imports and nobody has decided about, by key. */
  readonly undecided: ReadonlyMap<string, string>;
  /** Whether the app imports an interface, in any series. */
  imports(base: string): boolean;
  providerOf(key: string): Provider | undefined;
  /** Who provides an interface of a series, 0.2 without one, or would if the app imported it. */
  wouldProvide(base: string, series?: string): Provider;
  /**
   * The resources that functions of the host's mention, by `<interface key> <name>`. Functions that mention a denied
   * resource do not count: they are denied too.
   */
  readonly hostResources: ReadonlySet<string>;
  provide(key: string, provider: Provider): void;
  /** Whether a module that has finished needs functions of this core. */
  isLender(id: string): boolean;
  /** An adapter hands on resources of the host's of this name, although none of the host's functions that the app has does. */
  handOn(key: string, resource: string): void;
  /** Whether resources of the host's of this name reach the app: known when all have finished. */
  reaches(key: string, resource: string): boolean;
  warn(text: string): void;
}

/** A guest to link, where anything is provided by it; its image is made when it is asked for. */
export interface Core {
  readonly id: string;
  /** Its image lies first in the memory of the part, where the guest looks for it. */
  readonly isFirst?: true;
  /** Cores, by their ids, that lend it functions, though they may provide nothing for the app. */
  readonly lenders?: readonly string[];
  /** A function that it lends to stubs, which call it with what is refused. */
  readonly teller?: string;
  /**
   * Whether a function that it provides gives nothing, because no option says otherwise: it is denied, as closed streams are, or this
   * is told of it behind its name.
   */
  refuses?(base: string, func: string): boolean | string;
  /** `base` is where its image may lie. */
  make(base: number): Adapter;
}

/**
 * What stands in front of everything that lies below it, for some functions of interfaces, or for whole ones. Resource types stay
 * those of what lies below.
 */
export type Layer = {
  /** Layers of a lower number stand nearer to the app. */
  readonly order: number;
} & (ComponentLayer | PartLayer);

/** A component of the user's. */
export interface ComponentLayer {
  readonly kind: "component";
  readonly plug: Plug;
}

/** A part of ours: functions that take the place of others', such as those that are denied. */
export interface PartLayer {
  readonly kind: "part";
  /** For a component with these imports; `undefined` where there is nothing to do. */
  partOf(world: World, interfaces: Interfaces, around: Around): Part | undefined;
}

/** What a layer is told besides what it stands in front of. */
export interface Around {
  /** The keys of what plugs above it import. */
  readonly plugImports: readonly string[];
  /** For the report. */
  warn(text: string): void;
}

/** What an output asks of its host: an interface or a function, and the word that inspections have for it. */
export interface Allowed {
  readonly name: string;
  readonly word: string;
}

/** How a core module of preview 1 is nested. */
export interface ProgramChoices {
  /** `proc_exit` hands its code to `exit-with-code`. */
  readonly exitsWithCode: boolean;
  /** Functions that are none of preview 1 trap. */
  readonly stubImports: boolean;
  /** Bytes go from memory to memory by one instruction, which not every host has. */
  readonly multiMemory: boolean;
}

/** A module with its options checked. */
export interface Configured {
  /** Who provides an import; `undefined` leaves it to whoever finishes. */
  decide(asked: Asked): Provider | undefined;
  /** Whether the host's own interface is what the options ask for, in whatever version. */
  isHosts(base: string): boolean;
  /** They are folded over the app before anybody decides. */
  readonly layers?: readonly Layer[];
  readonly ofProgram?: ProgramChoices;
  /** After all have decided. */
  finish?(draft: Draft): Core | readonly Core[] | undefined;
  /** @throws LinkError for what an output must not ask of its host */
  checkHost?(imports: readonly Allowed[]): void;
  /** The module's word is among those that are allowed. */
  readonly isAllowed?: boolean;
  /** Interfaces that the output exports beside what the app exports, in full. */
  readonly exported?: ReadonlyMap<string, Exports>;
  /** Interfaces that an adapter without an app exports beside those of its version of WASI. */
  readonly alone?: ReadonlyMap<string, Exports>;
  /** For the report, whatever the app is. */
  readonly warnings?: readonly string[];
  /** What the output tells of how it was made. Secrets are left out. */
  readonly recorded?: Readonly<Record<string, Recorded | undefined>>;
}

/**
 * How a value that is recorded bounds what the app gets of the host's: it names what is given, what alone is let through, or what is
 * taken away; without it nothing is given, and everything is let through. Or else it says how an output is altered, `limit:1M`.
 */
export type Bound = "gives" | "limits" | "takes" | "alters";

/** Rules that an output records: they are about functions, and nobody may get one of these as the host has it. */
export interface Guard {
  /** What the rules are called in messages: the label of the row that tells them. */
  readonly rules: string;
  /** The core whose part has them: a layer, or an adapter that provides the interface. */
  readonly core: string;
  /** They are about what the app calls, and not about what parts behind them call. */
  readonly isOfApp?: true;
  /** Whether they are about a function of an interface, by its name with its version; with `null`, about any function of it. */
  isAbout(name: string, label: string | null): boolean;
}

export interface AdapterModule<O extends object> {
  /** `clocks`: the word of allowances and reports. */
  readonly name: string;
  /**
   * Its interfaces, and the word that inspections have for each: those of WASI without version, or `wasi:clocks/*` for a package,
   * of both series; others by their keys.
   */
  readonly interfaces: Readonly<Record<string, string>>;
  /**
   * Interfaces of functions on primitive types, by names of `wasi-nest:` without version, through which its layers reach its core:
   * what stands in front of all that may be denied asks the core, which has imports of its own. No component of the user's may
   * import one, and no option of theirs means one.
   */
  readonly privateInterfaces?: ReadonlyMap<string, Exports>;
  /** It looks after them in every version, by their types, because they have none that is final. */
  readonly hasAnyVersion?: true;
  /** Where the help lists its flags. */
  readonly heading: string;
  readonly flags: FlagTable;
  readonly options: OptionTable<O>;
  /** The rows of the README's table, and what the app finds where nothing was asked for. */
  readonly readme: readonly { readonly row: string; readonly denied: string; readonly allowed?: string }[];
  /** How a denied interface lets an app do what it wants: flags of the command, and a sentence about the library's options. */
  allowing?(base: string): { readonly flags: string; readonly options?: string };
  /** What a policy file may give in the place of a denial, as `init` writes it, the most usual first. */
  readonly samples?: readonly Sample[];
  /** What gives a program no more than a run of it needed; without it, the samples that leave to the host what it called. */
  learned?(observed: Observed): Learned;
  /**
   * What will probably stop a command, and the flag with which it would not; `has` tells whether it imports an interface of
   * WASI with one of these outcomes.
   */
  stopOf?(has: (base: string, ...outcomes: readonly string[]) => boolean, given: object): string | undefined;
  /** It means nothing without an app: `wasi-nest adapter` has none of its flags. */
  readonly needsApp?: true;
  /** How denied functions answer, whatever the options say; what is denied by its name does as that says. */
  readonly denial?: Denial;
  /** It decides about what is denied by its name, too. */
  readonly decidesDenied?: true;
  /** What outputs tell of the options, and what `inspect` prints of it. */
  readonly recorded?: {
    readonly checks: Readonly<Record<string, Check>>;
    /** A label and a text each, in order. */
    shown(policy: Readonly<Record<string, unknown>>): readonly (readonly [label: string, text: string])[];
    guards?(policy: Readonly<Record<string, unknown>>): readonly Guard[];
    /** The keys that say what of the host's the app gets, beyond what the output imports. */
    readonly bounds?: Readonly<Record<string, Bound>>;
  };
  /** Options that its own stand for, of any module, where they are not given. */
  implies?(options: O): object;
  /** @throws OptionError */
  configure(options: O, general: General): Configured;
}

/** A module among others: its options are read from those of all. */
export type Registered<All extends object> = Omit<AdapterModule<All>, "options"> & { readonly options: AnyOptionTable };
