/** `wasi:http`: the host's, the host's behind rules, or denied. */
import { OptionError } from "../../errors.ts";
import { implementedBy } from "../../component/attributes.ts";
import { list, text } from "../../shapes.ts";
import type { AdapterModule, Layer } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import { guestLayer } from "../guest-layer.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../link.ts";
import type { Given } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { httpCore } from "../prebuilt.ts";
import { ALL_SERIES, wasiKey } from "../series.ts";
import { httpImage } from "./image.ts";
import { methodsOf, parseRule } from "./rules.ts";

export interface HttpOptions {
  readonly allowHttp?: boolean;
  /** Rules such as `https://api.example.com/v1/*`: the host sends what one of them allows, and nothing else. Excludes `allowHttp`. */
  readonly httpAllow?: readonly string[];
  /** The only methods that are allowed, such as `GET`; without it, all that WASI has a name for but `CONNECT`. */
  readonly httpMethods?: readonly string[];
}

/** What outputs tell of it. */
export interface HttpPolicy {
  readonly httpAllow?: readonly string[];
  readonly httpMethods?: readonly string[];
}

const ID = "http-rules";
/** Nearer to the app than plugs, and behind all that looks at calls. */
const ORDER = 30;
/** In front of the host, for what plugs send. */
const ORDER_BELOW_PLUGS = 90;

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

/** Who sends requests. The guest has no function for those that no series has: they are denied. */
const SENDING = ["wasi:http/outgoing-handler", "wasi:http/client"];
const SENDERS: ReadonlySet<string> = new Set(SENDING.flatMap((base) => ALL_SERIES.map((series) => wasiKey(base, series))));
/** What rules leave to the host. */
const BEHIND_RULES: readonly string[] = ["wasi:http/types", ...SENDING];

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
  },
  recorded: {
    checks: { httpAllow: isTexts, httpMethods: isTexts },
    shown: ({ httpAllow, httpMethods }: HttpPolicy) =>
      httpAllow === undefined
        ? []
        : [["http", [httpAllow.join(", "), ...(httpMethods === undefined ? [] : [`by ${httpMethods.join(", ")}`])].join(" ")]],
  },
  configure({ allowHttp, httpAllow, httpMethods }, { allowAll }) {
    if (httpAllow === undefined) {
      if (httpMethods !== undefined)
        throw new OptionError("httpMethods", "`httpMethods` is for the rules of `httpAllow`, and there are none");
      return hostOnly(allowHttp ?? allowAll);
    }
    if (httpAllow.length === 0) throw new OptionError("httpAllow", "`httpAllow` is an empty list: leave it out to deny HTTP");
    const image = httpImage(httpAllow.map(parseRule), methodsOf(httpMethods));
    const { isAlike: _, ...adapter } = plainAdapter(ID, guestCore(httpCore), image);
    const layer = (order: number, isNeeded: (plugImports: readonly string[]) => boolean): Layer => ({
      kind: "part",
      order,
      partOf: (world, interfaces, plugImports) => (isNeeded(plugImports) ? guestLayer(adapter, SENDERS, world, interfaces) : undefined),
    });
    return {
      isHosts: () => false,
      decide: ({ base, item, named }) =>
        // What only implements an interface is in front of no rule.
        named === undefined && item.kind === "instance" && implementedBy(item) === undefined && BEHIND_RULES.includes(base)
          ? "host"
          : "deny",
      layers: [layer(ORDER, () => true), layer(ORDER_BELOW_PLUGS, (keys) => keys.some((key) => SENDERS.has(key)))],
      recorded: { httpAllow, httpMethods },
    };
  },
};
