/** `wasi:http`: the host's, the host's behind rules, or denied. */
import { OptionError } from "../../errors.ts";
import { list, table, text } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import { decideBehindRules, ruleLayers } from "../guest-layer.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../adapter.ts";
import type { Given } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { httpCore } from "../prebuilt.ts";
import { ALL_SERIES, wasiKey } from "../series.ts";
import { httpImage } from "./image.ts";
import { headersIn, headersOf } from "./headers.ts";
import { methodsOf } from "./methods.ts";
import { parseRule } from "./rules.ts";

export interface HttpOptions {
  readonly allowHttp?: boolean;
  /** Rules such as `https://api.example.com/v1/*`: the host sends what one of them allows, and nothing else. Excludes `allowHttp`. */
  readonly httpAllow?: readonly string[];
  /** The only methods that are allowed, such as `GET`; without it, all that WASI has a name for but `CONNECT`. */
  readonly httpMethods?: readonly string[];
  /** Headers that these requests get on their way out, by name. The program cannot read them. */
  readonly httpHeaders?: Readonly<Record<string, string>>;
}

/** What outputs tell of it. */
export interface HttpPolicy {
  readonly httpAllow?: readonly string[];
  readonly httpMethods?: readonly string[];
  /** Their names: values may be secrets. */
  readonly httpHeaders?: readonly string[];
}

const ID = "http-rules";

const FLAGS = {
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
    checks: { httpAllow: isTexts, httpMethods: isTexts, httpHeaders: isTexts },
    shown({ httpAllow, httpMethods, httpHeaders }: HttpPolicy) {
      if (httpAllow === undefined) return [];
      const methods = httpMethods === undefined ? "" : ` by ${httpMethods.join(", ")}`;
      return [["http", `${httpAllow.join(", ")}${methods}${httpHeaders === undefined ? "" : `, with ${httpHeaders.join(", ")}`}`]];
    },
  },
  configure({ allowHttp, httpAllow, httpMethods, httpHeaders = {} }, { allowAll }) {
    const headers = headersOf(httpHeaders);
    if (httpAllow === undefined) {
      const option = httpMethods !== undefined ? "httpMethods" : headers.length > 0 ? "httpHeaders" : undefined;
      if (option !== undefined) throw new OptionError(option, `\`${option}\` is for the rules of \`httpAllow\`, and there are none`);
      return hostOnly(allowHttp ?? allowAll);
    }
    if (httpAllow.length === 0) throw new OptionError("httpAllow", "`httpAllow` is an empty list: leave it out to deny HTTP");
    const rules = httpAllow.map(parseRule);
    const image = httpImage({ rules, methods: methodsOf(httpMethods, headers.length > 0), headers });
    const { isAlike: _, ...adapter } = plainAdapter(ID, guestCore(httpCore), image);
    // jco mixes up handles where the instance that made a resource is lent it: what hides headers stands in an instance of its own.
    const hiding = headers.length > 0 ? [{ keys: KEYS, names: HIDING }] : [];
    const inFrontOf = [...hiding, { keys: KEYS, names: headers.length > 0 ? new Set([...SENDING, ...MAKING]) : SENDING }];
    return {
      isHosts: () => false,
      decide: decideBehindRules(BEHIND_RULES),
      layers: ruleLayers(adapter, inFrontOf),
      warnings:
        headers.length > 0 && rules.some(({ isHttps }) => !isHttps)
          ? ["a rule for HTTP begins with `http://`: requests that it allows carry the headers that are set without encryption"]
          : [],
      recorded: { httpAllow, httpMethods, httpHeaders: headers.length > 0 ? headers.map(([name]) => name) : undefined },
    };
  },
};
