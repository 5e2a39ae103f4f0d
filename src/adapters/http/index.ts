/** `wasi:http`: the host's, the host's behind rules, or denied. */
import { OptionError } from "../../errors.ts";
import { list, table, text } from "../../shapes.ts";
import type { AdapterModule, Configured } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import { decideBehindRules, guardOf, ruleLayers } from "../guest-layer.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../adapter.ts";
import type { Given, Machine } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { httpCore } from "../prebuilt.ts";
import { ALL_SERIES, wasiKey } from "../series.ts";
import { CANNED, cannedIn, type CannedResponse, entriesOf } from "./canned.ts";
import { cannedCore, decideCanned } from "./canned-core.ts";
import { httpImage } from "./image.ts";
import { headersIn, headersOf } from "./headers.ts";
import { methodsOf } from "./methods.ts";
import { parseRule } from "./rules.ts";

export interface HttpOptions {
  readonly allowHttp?: boolean;
  /** What requests get that match one of these; others are refused, and nothing is sent. Excludes `allowHttp`. */
  readonly httpCanned?: readonly CannedResponse[];
  /** Rules such as `https://api.example.com/v1/*`: the host sends what one of them allows, and nothing else. Excludes `allowHttp`. */
  readonly httpAllow?: readonly string[];
  /** The only methods that are allowed, such as `GET`; without it, all that WASI has a name for but `CONNECT`. */
  readonly httpMethods?: readonly string[];
  /** Headers that these requests get on their way out, by name. The program cannot read them. */
  readonly httpHeaders?: Readonly<Record<string, string>>;
}

/** What outputs tell of it. */
export interface HttpPolicy {
  /** Methods and URLs: `GET https://example.com/*`. */
  readonly httpCanned?: readonly string[];
  readonly httpAllow?: readonly string[];
  readonly httpMethods?: readonly string[];
  /** Their names: values may be secrets. */
  readonly httpHeaders?: readonly string[];
}

const ID = "http-rules";

const FLAGS = {
  "http-canned": {
    type: "string",
    file: "whole",
    needsApp: true,
    describe: "A JSON file of fixed responses, for tests: no request is sent",
  },
  "http-allow": {
    type: "string",
    array: true,
    needsApp: true,
    describe: "HTTP requests that match a rule, such as https://api.example.com/v1/*, and no others",
  },
  "http-method": {
    type: "string",
    array: true,
    needsApp: true,
    needs: { flag: "http-allow", about: "HTTP rules" },
    describe: "The methods that HTTP rules allow, such as GET,HEAD; by default all but CONNECT",
  },
  "http-header": {
    type: "string",
    array: true,
    anyValue: true,
    needsApp: true,
    needs: { flag: "http-allow", about: "HTTP rules" },
    describe: "A header of requests that HTTP rules allow, NAME: VALUE; the program cannot read it",
  },
} as const;

const allowed: AdapterModule<Pick<HttpOptions, "allowHttp">> = hostOnlyModule({
  name: "http",
  interfaces: "wasi:http/*",
  flag: "allow-http",
  option: "allowHttp",
  describe: "HTTP: making requests, and answering them",
  elsewhere: ["allow-net", "allow-network"],
  meaning: "HTTP by the host: making requests, and answering them",
  row: "HTTP",
  denied: "`HTTP-request-denied`",
});

/** What rules leave to the host. The guest has functions for those senders that a series has, and others are denied. */
const BEHIND_RULES: readonly string[] = ["wasi:http/types", "wasi:http/outgoing-handler", "wasi:http/client"];
const KEYS: ReadonlySet<string> = new Set(BEHIND_RULES.flatMap((base) => ALL_SERIES.map((series) => wasiKey(base, series))));
/** Functions that send requests, that make them, and that tell their headers. */
const SENDING: ReadonlySet<string> = new Set(["handle", "send"]);
const MAKING: ReadonlySet<string> = new Set(["[constructor]outgoing-request", "[static]request.new"]);
const HIDING: ReadonlySet<string> = new Set(["[method]outgoing-request.headers", "[method]request.get-headers"]);

export const http: AdapterModule<HttpOptions> = {
  ...allowed,
  flags: { ...allowed.flags, ...FLAGS },
  options: {
    ...allowed.options,
    httpCanned: {
      shape: CANNED,
      type: "CannedResponse[]",
      meaning: "what requests get that match one of these; no request is sent: [http-rules.md](http-rules.md#canned-responses)",
      flag: "http-canned",
      read: ({ "http-canned": path }: Given<typeof FLAGS>, machine: Machine) => cannedIn(path, machine),
      excludes: ["allowHttp"],
      readme: [["HTTP", "virtualize", "`--http-canned FILE`"]],
    },
    httpAllow: {
      shape: list(text),
      type: "string[]",
      meaning: "rules for the requests that may be sent, `https://example.com/v1/*`: [http-rules.md](http-rules.md)",
      flag: "http-allow",
      excludes: ["allowHttp"],
      readme: [["HTTP", "allow", "`--http-allow RULE`"]],
    },
    httpMethods: {
      shape: list(text),
      type: "string[]",
      meaning: "the methods that these rules allow; by default all that WASI has a name for but `CONNECT`",
      flag: "http-method",
      read: ({ "http-method": lists }: Given<typeof FLAGS>) => lists?.flatMap((each) => each.split(",")),
    },
    httpHeaders: {
      shape: table(text),
      type: "Record<string, string>",
      meaning: "headers that these requests get on their way out; the program cannot read them",
      flag: "http-header",
      read: ({ "http-header": lines }: Given<typeof FLAGS>) => headersIn(lines),
    },
  },
  recorded: {
    checks: { httpCanned: isTexts, httpAllow: isTexts, httpMethods: isTexts, httpHeaders: isTexts },
    shown({ httpCanned, httpAllow, httpMethods, httpHeaders }: HttpPolicy) {
      const canned = httpCanned === undefined ? [] : ([["http", `canned for ${httpCanned.join(", ")}`]] as const);
      if (httpAllow === undefined) return canned;
      const methods = httpMethods === undefined ? "" : ` by ${httpMethods.join(", ")}`;
      return [
        ...canned,
        ["http", `${httpAllow.join(", ")}${methods}${httpHeaders === undefined ? "" : `, with ${httpHeaders.join(", ")}`}`],
      ];
    },
    guards({ httpAllow, httpHeaders }: HttpPolicy) {
      if (httpAllow === undefined) return [];
      const names = httpHeaders === undefined ? SENDING : new Set([...SENDING, ...MAKING, ...HIDING]);
      return [guardOf("http", ID, BEHIND_RULES, names)];
    },
  },
  configure({ allowHttp, httpCanned, httpAllow, httpMethods, httpHeaders = {} }, { allowAll }) {
    const headers = headersOf(httpHeaders);
    const entries = httpCanned && entriesOf(httpCanned);
    const below: Configured | undefined = entries && {
      isHosts: () => false,
      decide: decideCanned,
      finish: (draft) => cannedCore(entries, draft),
      recorded: { httpCanned: httpCanned.map(({ method, url }) => (method === undefined ? url : `${method} ${url}`)) },
    };
    if (httpAllow === undefined) {
      const option = httpMethods !== undefined ? "httpMethods" : headers.length > 0 ? "httpHeaders" : undefined;
      if (option !== undefined) throw new OptionError(option, `\`${option}\` is for the rules of \`httpAllow\`, and there are none`);
      return below ?? hostOnly(allowHttp ?? allowAll);
    }
    if (httpAllow.length === 0) throw new OptionError("httpAllow", "`httpAllow` is an empty list: leave it out to deny HTTP");
    const rules = httpAllow.map((each) => parseRule(each));
    const image = httpImage({ rules, methods: methodsOf(httpMethods, headers.length > 0), headers });
    const { isAlike: _, ...adapter } = plainAdapter(ID, guestCore(httpCore), image);
    // jco mixes up handles where the instance that made a resource is lent it: what hides headers stands in an instance of its own.
    const hiding = headers.length > 0 ? [{ keys: KEYS, names: HIDING }] : [];
    const inFrontOf = [...hiding, { keys: KEYS, names: headers.length > 0 ? new Set([...SENDING, ...MAKING]) : SENDING }];
    return {
      isHosts: () => false,
      decide: decideBehindRules(BEHIND_RULES),
      ...below,
      layers: ruleLayers(adapter, inFrontOf),
      warnings:
        headers.length > 0 && rules.some(({ isHttps }) => !isHttps)
          ? ["a rule for HTTP begins with `http://`: requests that it allows carry the headers that are set without encryption"]
          : [],
      recorded: { ...below?.recorded, httpAllow, httpMethods, httpHeaders: headers.length > 0 ? headers.map(([name]) => name) : undefined },
    };
  },
};
