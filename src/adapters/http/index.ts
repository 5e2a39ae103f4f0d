/** `wasi:http`: the host's, the host's behind rules, or denied. */
import { OptionError } from "../../errors.ts";
import { list, table, text } from "../../shapes.ts";
import type { AdapterModule, Configured } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import { decideBehindRules, guardOf, ruleLayers } from "../guest-layer.ts";
import { TOLD } from "../guest-names.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import type { UsedRequest } from "../observed.ts";
import { plainAdapter } from "../adapter.ts";
import type { Given, Machine } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { httpCore } from "../prebuilt.ts";
import { ALL_SERIES, wasiKey } from "../series.ts";
import { CANNED, cannedIn, type CannedResponse, entriesOf } from "./canned.ts";
import { cannedCore, decideCanned } from "./canned-core.ts";
import { httpImage } from "./image.ts";
import { headersIn, headersOf, variableHeadersOf, variablesIn } from "./headers.ts";
import { METHODS, methodsOf } from "./methods.ts";
import { parseRule } from "./rules.ts";
import { VARIABLES, VARIABLES_ID, VARIABLES_INTERFACE, variablesCore } from "./variables.ts";

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
  /** Headers, by name, whose values are those of these variables of the host's when the program runs. */
  readonly httpHeaderEnv?: Readonly<Record<string, string>>;
}

/** What outputs tell of it. */
export interface HttpPolicy {
  /** Methods and URLs: `GET https://example.com/*`. */
  readonly httpCanned?: readonly string[];
  readonly httpAllow?: readonly string[];
  readonly httpMethods?: readonly string[];
  /** Their names: values may be secrets. */
  readonly httpHeaders?: readonly string[];
  /** `authorization=TOKEN` */
  readonly httpHeaderEnv?: readonly string[];
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
    starts: METHODS,
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
  "http-header-env": {
    type: "string",
    array: true,
    pair: true,
    anyValue: true,
    needsApp: true,
    needs: { flag: "http-allow", about: "HTTP rules" },
    describe: "The same with the value of a variable of the host's when the program runs, NAME=VARIABLE",
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

/** What sends requests, in 0.2 and in 0.3. */
const SENDERS: readonly string[] = ["wasi:http/outgoing-handler", "wasi:http/client"];
/** What rules leave to the host. The guest has functions for those senders that a series has, and others are denied. */
const BEHIND_RULES: readonly string[] = ["wasi:http/types", ...SENDERS];
const KEYS: ReadonlySet<string> = new Set(BEHIND_RULES.flatMap((base) => ALL_SERIES.map((series) => wasiKey(base, series))));
/** Functions that send requests, that make them, and that tell their headers. */
const SENDING: ReadonlySet<string> = new Set(["handle", "send"]);
const MAKING: ReadonlySet<string> = new Set(["[constructor]outgoing-request", "[static]request.new"]);
const HIDING: ReadonlySet<string> = new Set(["[method]outgoing-request.headers", "[method]request.get-headers"]);

/** The rule that allows a request and, but for its query, no other; `undefined` where there is none. */
function ruleOf({ scheme, authority = "", path }: UsedRequest): string | undefined {
  const text = `${scheme}://${authority}${path}`;
  // In a rule it would stand for more.
  if (scheme === undefined || text.includes("*")) return undefined;
  try {
    parseRule(text);
    return text;
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

export const http: AdapterModule<HttpOptions> = {
  ...allowed,
  privateInterfaces: new Map([[VARIABLES, VARIABLES_INTERFACE]]),
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
    httpHeaderEnv: {
      shape: table(text),
      type: "Record<string, string>",
      meaning: "headers whose values are those of these variables of the host's when the program runs",
      flag: "http-header-env",
      read: ({ "http-header-env": texts }: Given<typeof FLAGS>) => variablesIn(texts),
    },
  },
  samples: [
    { flag: "http-allow", value: ["https://api.example.com/v1/*"], of: SENDERS },
    { flag: "allow-http", value: true },
  ],
  learned({ requests }) {
    const rules = new Map(requests.map((each) => [ruleOf(each) ?? "", each]));
    const sent = requests.filter((each) => ruleOf(each) !== undefined);
    const other = requests.filter((each) => ruleOf(each) === undefined);
    rules.delete("");
    return {
      settings:
        sent.length === 0
          ? []
          : [
              { flag: "http-allow", value: [...rules.keys()].toSorted() },
              { flag: "http-method", value: [...new Set(sent.map(({ method }) => method))].toSorted() },
            ],
      notes: [
        ...(sent.length === 0
          ? []
          : ["Each rule is a path that it asked for, with any query. A `*` in the place of its end allows all paths that begin so."]),
        ...other.map(
          ({ method, scheme = "", authority = "", path }) =>
            `It sent ${method} \`${scheme}${scheme === "" ? "" : ":"}//${authority}${path}\`, which no rule can allow: that is not given.`,
        ),
      ],
    };
  },
  recorded: {
    checks: { httpCanned: isTexts, httpAllow: isTexts, httpMethods: isTexts, httpHeaders: isTexts, httpHeaderEnv: isTexts },
    bounds: { httpAllow: "limits", httpMethods: "limits" },
    guards({ httpAllow, httpHeaders, httpHeaderEnv }: HttpPolicy) {
      if (httpAllow === undefined) return [];
      const names = (httpHeaders ?? httpHeaderEnv) === undefined ? SENDING : new Set([...SENDING, ...MAKING, ...HIDING]);
      return [guardOf("http", ID, BEHIND_RULES, names)];
    },
    shown({ httpCanned, httpAllow, httpMethods, httpHeaders = [], httpHeaderEnv = [] }: HttpPolicy) {
      const canned = httpCanned === undefined ? [] : ([["http", `canned for ${httpCanned.join(", ")}`]] as const);
      if (httpAllow === undefined) return canned;
      const headers = [...httpHeaders, ...httpHeaderEnv];
      const methods = httpMethods === undefined ? "" : ` by ${httpMethods.join(", ")}`;
      return [...canned, ["http", `${httpAllow.join(", ")}${methods}${headers.length === 0 ? "" : `, with ${headers.join(", ")}`}`]];
    },
  },
  configure({ allowHttp, httpCanned, httpAllow, httpMethods, httpHeaders = {}, httpHeaderEnv = {} }, { allowAll, traceDenied }) {
    const headers = headersOf(httpHeaders);
    const variables = variableHeadersOf(httpHeaderEnv, headers);
    const hasHeaders = headers.length + variables.length > 0;
    const entries = httpCanned && entriesOf(httpCanned);
    const below: Configured | undefined = entries && {
      isHosts: () => false,
      decide: decideCanned,
      finish: (draft) => cannedCore(entries, draft, traceDenied),
      recorded: { httpCanned: httpCanned.map(({ method, url }) => (method === undefined ? url : `${method} ${url}`)) },
    };
    if (httpAllow === undefined) {
      const given = { httpMethods: httpMethods !== undefined, httpHeaders: headers.length > 0, httpHeaderEnv: variables.length > 0 };
      const option = Object.entries(given).find(([, isGiven]) => isGiven)?.[0];
      if (option !== undefined) throw new OptionError(option, `\`${option}\` is for the rules of \`httpAllow\`, and there are none`);
      return below ?? hostOnly(allowHttp ?? allowAll);
    }
    if (httpAllow.length === 0) throw new OptionError("httpAllow", "`httpAllow` is an empty list: leave it out to deny HTTP");
    const rules = httpAllow.map((each) => parseRule(each));
    const image = httpImage({
      rules,
      methods: methodsOf(httpMethods, hasHeaders),
      headers,
      variableHeaders: variables.map(([name]) => name),
    });
    const plain = variables.length > 0 ? ["variables"] : [];
    const variants = traceDenied ? [[...plain, TOLD].join("__"), ...plain] : plain;
    const { isAlike: _, ...adapter } = plainAdapter(ID, guestCore(httpCore), image, () => variants);
    // jco mixes up handles where the instance that made a resource is lent it: what hides headers stands in an instance of its own.
    const hiding = hasHeaders ? [{ keys: KEYS, names: HIDING }] : [];
    const inFrontOf = [...hiding, { keys: KEYS, names: hasHeaders ? new Set([...SENDING, ...MAKING]) : SENDING }];
    const decideBelow = below?.decide ?? decideBehindRules(BEHIND_RULES);
    return {
      isHosts: () => false,
      decide: (asked) => (asked.base === VARIABLES ? VARIABLES_ID : decideBelow(asked)),
      finish: (draft) => [below?.finish?.(draft) ?? [], variablesCore(variables.map(([, name]) => name))].flat(2),
      layers: ruleLayers(adapter, inFrontOf),
      warnings:
        hasHeaders && rules.some(({ isHttps }) => !isHttps)
          ? ["a rule for HTTP begins with `http://`: requests that it allows carry the headers that are set without encryption"]
          : [],
      recorded: {
        ...below?.recorded,
        httpAllow,
        httpMethods,
        httpHeaders: headers.length > 0 ? headers.map(([name]) => name) : undefined,
        httpHeaderEnv: variables.length > 0 ? variables.map((each) => each.join("=")) : undefined,
      },
    };
  },
};
