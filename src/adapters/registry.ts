/** The one list of what wasi-nest can virtualize. To add an adapter is a folder, and its lines here. */
import type { Chunk } from "../binary/chunk.ts";
import type { Registered } from "./adapter-module.ts";
import { clocks, type ClocksOptions, type ClocksPolicy } from "./clocks/index.ts";
import { config, type ConfigOptions, type ConfigPolicy } from "./config/index.ts";
import { deterministic, type DeterministicOptions, type DeterministicPolicy } from "./deterministic/index.ts";
import { environment, type EnvironmentPolicy } from "./environment/index.ts";
import type { EnvironmentOptions } from "./environment/settings.ts";
import { exit, type ExitOptions, type ExitPolicy } from "./exit/index.ts";
import { faults, type FaultsOptions, type FaultsPolicy } from "./faults/index.ts";
import type { Flags as FilesystemFlags } from "./filesystem/flags.ts";
import { filesystem } from "./filesystem/index.ts";
import type { FilesystemPolicy } from "./filesystem/policy.ts";
import type { FilesystemOptions } from "./filesystem/settings.ts";
import { http, type HttpOptions, type HttpPolicy } from "./http/index.ts";
import { io } from "./io/index.ts";
import { type Flags as PlugsFlags, plugs, type PlugsOptions, type PlugsPolicy } from "./plugs/index.ts";
import { preview1, type Preview1Options, type Preview1Policy } from "./preview1/index.ts";
import { random, type RandomOptions, type RandomPolicy } from "./random/index.ts";
import { type Flags as RestFlags, rest, type RestOptions, type RestPolicy } from "./rest/index.ts";
import { script, type ScriptOptions } from "./script/index.ts";
import { sockets, type SocketsOptions, type SocketsPolicy } from "./sockets/index.ts";
import { type Flags as StdioFlags, stdio, type StdioPolicy } from "./stdio/index.ts";
import type { StdioOptions } from "./stdio/settings.ts";
import { terminals, type TerminalsOptions, type TerminalsPolicy } from "./terminals/index.ts";
import { trace, type TraceOptions, type TracePolicy } from "./trace/index.ts";

/** What a caller may ask for; everything that is not asked for is denied. `C` is what holds the contents of files. */
export interface Options<C extends Chunk = Uint8Array>
  extends
    EnvironmentOptions,
    StdioOptions,
    TerminalsOptions,
    FilesystemOptions<C>,
    PlugsOptions,
    TraceOptions,
    FaultsOptions,
    ConfigOptions,
    ClocksOptions,
    RandomOptions,
    ExitOptions,
    HttpOptions,
    SocketsOptions,
    DeterministicOptions,
    Preview1Options,
    ScriptOptions,
    RestOptions {}

/** What the options asked for, in their words. What is not there was denied. */
export interface Policy
  extends
    EnvironmentPolicy,
    StdioPolicy,
    TerminalsPolicy,
    FilesystemPolicy,
    ConfigPolicy,
    PlugsPolicy,
    TracePolicy,
    FaultsPolicy,
    ClocksPolicy,
    RandomPolicy,
    ExitPolicy,
    HttpPolicy,
    SocketsPolicy,
    DeterministicPolicy,
    Preview1Policy,
    RestPolicy {}

/** In the order of the help. `rest` has what nobody else looks after, and io finishes when all others have decided. */
export const ADAPTERS: readonly Registered<Options<Chunk>>[] = [
  environment,
  stdio,
  terminals,
  filesystem,
  config,
  plugs,
  trace,
  faults,
  clocks,
  random,
  exit,
  http,
  sockets,
  deterministic,
  preview1,
  script,
  rest,
  io,
];

/** The flags that the command looks at by itself, besides those that each module reads. */
export type CommandFlags = FilesystemFlags & StdioFlags & PlugsFlags & RestFlags;
