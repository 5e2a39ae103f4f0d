/**
 * Answers HTTP with a component in this process, by way of jco and its shims. Each request has an instance of its own, as on
 * Wasmtime: what one request leaves in memory, no other finds, and a trap ends one answer.
 */
import { createServer } from "node:net";
import { ASYNC_SERIES, SERIES } from "../adapters/series.ts";
import { type World, worldOf } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { baseOf, Exit, type Given, isAsync, isOfSeries, PURPOSE } from "./host-imports.ts";
import { SHIM_03 } from "./host-wasi-0.3.ts";
import { InputError } from "./input-error.ts";
import { instantiate, instantiator } from "./instantiate.ts";
import { needed, SHIM } from "./optional-packages.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { trapErrorOf } from "./trap-error.ts";

export interface ServeOptions extends Given {
  /** A name or an address of this machine. */
  readonly hostname: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** Told of each request that a trap or an error ends; the client gets the status 500. */
  readonly onFailure: (failure: Error) => void;
}

const HANDLERS = [
  ["wasi:http/handler", ASYNC_SERIES],
  ["wasi:http/incoming-handler", SERIES],
] as const;

/**
 * Listens when it returns, and keeps the process alive.
 * @returns the port
 * @throws FormatError, LinkError as `runCommand`
 * @throws InputError for a port that cannot be had
 */
export async function serveComponent(component: Uint8Array, options: ServeOptions): Promise<number> {
  const world = worldOf(component);
  const called = handlerOf(world);
  const isLater = isAsync(called);
  const prepared = await prepare(component, world, { ...options, verb: "serve", isLater, atOnce: !isLater });
  return isLater ? serveLater(prepared, called, options) : serveAtOnce(prepared, called, options);
}

/** @throws LinkError */
function handlerOf({ exports }: World): string {
  const names = [...exports.keys()];
  const found = HANDLERS.flatMap(([base, series]) => names.find((name) => baseOf(name) === base && isOfSeries(name, series)) ?? [])[0];
  if (found !== undefined) return found;
  const [other] = names;
  const what = other === undefined ? "it exports nothing" : `it exports \`${other}\``;
  throw new LinkError(
    `the component is not a handler of HTTP: ${what}, and neither \`wasi:http/incoming-handler\` of WASI ${SERIES} nor \`wasi:http/handler\` of ${ASYNC_SERIES}`,
  );
}

/** The shim's classes, as far as they are needed here. */
interface HttpTypes {
  readonly Fields: new () => object;
  readonly OutgoingResponse: new (headers: object) => { setStatusCode(code: number): void; body(): object };
  readonly OutgoingBody: { finish(body: object, trailers: undefined): void };
  readonly ResponseOutparam: { set(param: object, response: Answer): void };
}

type Answer = { readonly tag: "ok"; readonly val: object } | { readonly tag: "err"; readonly val: unknown };

interface Shim {
  readonly HTTPServer: new (handler: { handle(request: object, outparam: object): void }) => {
    listen(port: number, hostname: string): void;
    address(): { readonly port: number };
    stop(): void;
  };
}

async function serveAtOnce(
  { files, imports, hasStderr }: Prepared,
  called: string,
  { hostname, port, onFailure }: ServeOptions,
): Promise<number> {
  const { HTTPServer } = await needed<Shim>(SHIM, PURPOSE, "/http");
  const make = await instantiator(files);
  const types = imports["wasi:http/types"] as HttpTypes;
  const answered = new WeakSet<object>();

  function answer(outparam: object, response: Answer): void {
    answered.add(outparam);
    // The shim would end the process.
    if (response.tag === "ok") return types.ResponseOutparam.set(outparam, response);
    onFailure(new LinkError(`the handler answers with an error: ${errorText(response.val)}`));
    fail(outparam);
  }

  function fail(outparam: object): void {
    answered.add(outparam);
    const response = new types.OutgoingResponse(new types.Fields());
    response.setStatusCode(500);
    const body = response.body();
    types.ResponseOutparam.set(outparam, { tag: "ok", val: response });
    types.OutgoingBody.finish(body, undefined);
  }

  // Still the shim's class, which jco looks at.
  const ResponseOutparam = new Proxy(types.ResponseOutparam, {
    get: (target, name, receiver) => (name === "set" ? answer : (Reflect.get(target, name, receiver) as unknown)),
  });
  const all = { ...imports, "wasi:http/types": { ...types, ResponseOutparam } };
  const server = new HTTPServer({
    handle(request, outparam) {
      const instances: WebAssembly.Instance[] = [];
      try {
        (make(all, instances)[called] as { handle(request: object, outparam: object): void }).handle(request, outparam);
        if (!answered.has(outparam)) onFailure(new LinkError("the handler sent no response"));
      } catch (thrown) {
        onFailure(failureOf(thrown, instances, hasStderr));
      }
      if (!answered.has(outparam)) fail(outparam);
    },
  });
  try {
    server.listen(port, hostname);
    return server.address().port;
  } catch (cause) {
    // It keeps the process alive from before it tries to listen, and complains here that it does not.
    try {
      server.stop();
    } catch {}
    throw cannotListen(hostname, port, cause);
  }
}

interface Shim03 {
  readonly HttpServer: new (handler: { handle(request: object): Promise<Answer> }) => {
    on(event: "error", listener: (error: unknown) => void): void;
    listen(port: number, hostname: string): Promise<void>;
  };
}

/** The shim wants results as values, and does not tell its port. */
async function serveLater(
  { files, imports, hasStderr }: Prepared,
  called: string,
  { hostname, port, onFailure }: ServeOptions,
): Promise<number> {
  const { HttpServer } = await needed<Shim03>(SHIM_03, PURPOSE, "/http");
  const server = new HttpServer({
    async handle(request) {
      const instances: WebAssembly.Instance[] = [];
      try {
        const { instance } = await instantiate(files, imports, instances);
        return { tag: "ok", val: await (instance[called] as { handle(request: object): Promise<object> }).handle(request) };
      } catch (thrown) {
        const isError = thrown instanceof Error && "payload" in thrown;
        onFailure(
          isError
            ? new LinkError(`the handler answers with an error: ${errorText(thrown.payload)}`)
            : failureOf(thrown, instances, hasStderr),
        );
        return { tag: "err", val: isError ? thrown.payload : undefined };
      }
    },
  });
  server.on("error", (error) => onFailure(error instanceof Error ? error : new Error(String(error))));
  try {
    const chosen = port === 0 ? await freePort(hostname) : port;
    await server.listen(chosen, hostname);
    return chosen;
  } catch (cause) {
    throw cannotListen(hostname, port, cause);
  }
}

const freePort = (hostname: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, hostname, () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === "string" ? reject(new Error("no port")) : resolve(address.port)));
    });
  });

function failureOf(thrown: unknown, instances: readonly WebAssembly.Instance[], hasStderr: boolean): Error {
  if (thrown instanceof Exit) return new LinkError(`the handler ended with status ${thrown.code} instead of answering`);
  return thrown instanceof LinkError ? thrown : trapErrorOf(thrown, { instances, hasStderr });
}

/** `DNS-timeout`, and what there is to say of it. */
function errorText(error: unknown): string {
  const { tag = "an unknown one", val } = (typeof error === "object" && error !== null ? error : {}) as { tag?: string; val?: unknown };
  return val === undefined ? tag : `${tag}, ${typeof val === "string" ? val : JSON.stringify(val)}`;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is taken",
  EACCES: "that is not permitted",
  EADDRNOTAVAIL: "it is no address of this machine",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name is not known",
};

function cannotListen(hostname: string, port: number, cause: unknown): unknown {
  const { code } = (typeof cause === "object" && cause !== null ? cause : {}) as { code?: string };
  const reason = code === undefined ? undefined : (REASONS[code] ?? code);
  if (reason === undefined) return cause;
  return new InputError([`nothing can listen on \`${hostname}\`, port ${port}: ${reason}`], undefined, { cause });
}
