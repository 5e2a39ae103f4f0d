/** `wasi:sockets`: the host's, the host's behind rules, or denied. */
import { OptionError } from "../../errors.ts";
import { list, text } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import { decideBehindRules, guardOf, ruleLayers } from "../guest-layer.ts";
import { TOLD } from "../guest-names.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import type { UsedPeer } from "../observed.ts";
import { plainAdapter } from "../adapter.ts";
import { guestCore } from "../prebuilt-core.ts";
import { namedSocketsCore, socketsCore } from "../prebuilt.ts";
import { ALL_SERIES, ASYNC_SERIES, SERIES, wasiKey } from "../series.ts";
import { KINDS, socketsImage } from "./image.ts";
import { parseSocketRule } from "./rules.ts";

export interface SocketsOptions {
  readonly allowSockets?: boolean;
  /** Rules such as `tcp:db.internal:5432`: the host's sockets for what one of them allows, and nothing else. Excludes `allowSockets`. */
  readonly socketsAllow?: readonly string[];
}

/** What outputs tell of it. */
export interface SocketsPolicy {
  readonly socketsAllow?: readonly string[];
}

const ID = "socket-rules";

const FLAGS = {
  "sockets-allow": {
    type: "string",
    array: true,
    needsApp: true,
    starts: Object.keys(KINDS).map((kind) => `${kind}:`),
    describe: "Sockets by a rule, such as tcp:db.internal:5432, udp:10.0.0.0/8:53 or listen:127.0.0.1:8080, and no others",
  },
} as const;

const allowed: AdapterModule<Pick<SocketsOptions, "allowSockets">> = hostOnlyModule({
  name: "sockets",
  interfaces: "wasi:sockets/*",
  flag: "allow-sockets",
  option: "allowSockets",
  describe: "Sockets, and the lookup of names",
  elsewhere: ["allow-net", "allow-network"],
  meaning: "the host's sockets, and the lookup of names",
  row: "sockets",
  denied: "`access-denied`",
});

/** What rules leave to the host. What of it the guest has no function for, and nobody knows, is denied. */
const BEHIND_RULES: readonly string[] = [
  ...["network", "instance-network", "tcp", "tcp-create-socket", "udp", "udp-create-socket", "ip-name-lookup", "types"],
].map((name) => `wasi:sockets/${name}`);
const keysOf = (...series: readonly string[]): ReadonlySet<string> =>
  new Set(BEHIND_RULES.flatMap((base) => series.map((each) => wasiKey(base, each))));
const SENDING: ReadonlySet<string> = new Set(["[method]outgoing-datagram-stream.send", "[method]incoming-datagram-stream.receive"]);
const NOT_SENDING: ReadonlySet<string> = new Set([
  ...["start-connect", "start-bind", "start-listen"].map((name) => `[method]tcp-socket.${name}`),
  ...["start-bind", "stream"].map((name) => `[method]udp-socket.${name}`),
  ...["connect", "bind", "listen"].map((name) => `[method]tcp-socket.${name}`),
  ...["connect", "bind", "send", "receive"].map((name) => `[method]udp-socket.${name}`),
  "resolve-addresses",
]);

/** The rule for one whom a program talked with: by name, if it looked that up. */
function ruleOf({ kind, name, address, port }: UsedPeer): string | undefined {
  const text = `${kind}:${name ?? address}:${port ?? "*"}`;
  try {
    const rule = parseSocketRule(text);
    // What is looked up may be anything, and stand for more in a rule.
    const isMeant = name === undefined ? rule.address !== undefined : rule.name === name.toLowerCase();
    return isMeant ? text : undefined;
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

export const sockets: AdapterModule<SocketsOptions> = {
  ...allowed,
  flags: { ...allowed.flags, ...FLAGS },
  options: {
    ...allowed.options,
    socketsAllow: {
      shape: list(text),
      type: "string[]",
      meaning: "rules for whom the component may talk with, `tcp:db.internal:5432`: [socket-rules.md](socket-rules.md)",
      flag: "sockets-allow",
      excludes: ["allowSockets"],
      readme: [["sockets", "allow", "`--sockets-allow RULE`"]],
    },
  },
  samples: [
    { flag: "sockets-allow", value: ["tcp:db.internal:5432"] },
    { flag: "allow-sockets", value: true },
  ],
  learned({ peers, lookups }) {
    const rules = new Set(peers.flatMap((each) => ruleOf(each) ?? []));
    const unused = lookups.filter((name) => !peers.some((each) => each.name === name && ruleOf(each) !== undefined));
    return {
      settings: rules.size === 0 ? [] : [{ flag: "sockets-allow", value: [...rules].toSorted() }],
      notes: unused.map((name) => `It looked up \`${name}\`, and talked with none of its addresses: that is not given.`),
    };
  },
  recorded: {
    checks: { socketsAllow: isTexts },
    bounds: { socketsAllow: "limits" },
    shown: ({ socketsAllow }: SocketsPolicy) => (socketsAllow === undefined ? [] : [["sockets", socketsAllow.join(", ")]]),
    guards: ({ socketsAllow }: SocketsPolicy) =>
      socketsAllow === undefined ? [] : [guardOf("sockets", ID, BEHIND_RULES, new Set([...NOT_SENDING, ...SENDING]))],
  },
  configure({ allowSockets, socketsAllow }, { allowAll, traceDenied }) {
    if (socketsAllow === undefined) return hostOnly(allowSockets ?? allowAll);
    if (socketsAllow.length === 0) throw new OptionError("socketsAllow", "`socketsAllow` is an empty list: leave it out to deny sockets");
    const rules = socketsAllow.map(parseSocketRule);
    const core = rules.some(({ address }) => address === undefined) ? namedSocketsCore : socketsCore;
    const { isAlike: _, ...adapter } = plainAdapter(ID, guestCore(core), socketsImage(rules), () => (traceDenied ? [TOLD] : []));
    return {
      isHosts: () => false,
      decide: decideBehindRules(BEHIND_RULES),
      // jco mixes up handles where the instance that made a resource is lent it: what sends stands in an instance of its own.
      layers: [
        ...ruleLayers(adapter, [
          { keys: keysOf(...ALL_SERIES), names: SENDING },
          { keys: keysOf(SERIES), names: NOT_SENDING },
        ]),
        ...ruleLayers({ ...adapter, hasEvenBlocks: true }, [{ keys: keysOf(ASYNC_SERIES), names: NOT_SENDING }]),
      ],
      recorded: { socketsAllow },
    };
  },
};
