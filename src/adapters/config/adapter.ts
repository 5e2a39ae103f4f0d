/** The configuration adapter: values that are fixed in the image, and those of the host that may pass. Source of the guest: virt-adapters/config. */
import { Header, imageOf } from "../../image/image.ts";
import { CONFIG_KEYS, CONFIG_VALUES } from "../../image/layout.ts";
import { StringLists } from "../../image/strings.ts";
import { type Adapter, plainAdapter } from "../adapter.ts";
import { TOLD } from "../guest-names.ts";
import { guestCore } from "../prebuilt-core.ts";
import { configCore } from "../prebuilt.ts";
import { TELLS_REFUSED } from "../trace/output.ts";
import type { Shape } from "./types.ts";

export const ID = "config";

/** Which of the host's keys pass: patterns. */
export type HostKeys = "none" | "all" | readonly string[];

interface Configuration {
  readonly values: readonly (readonly [key: string, value: string])[];
  readonly host: HostKeys;
  /** Of each function of each interface, `wasi:config/store@0.2.0-rc.1 get`. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** The only interface where `host` lets anything pass. */
  readonly hostKey: string | undefined;
  /** Keys that are kept back are told. */
  readonly isTold?: boolean;
}

/** `base` is where its image may lie. */
export function configAdapter({ values, host, shapes, hostKey, isTold = false }: Configuration, base: number): Adapter {
  const isNamed = typeof host !== "string";
  const lists = new StringLists(base, [values.flat(), isNamed ? host : []]);
  const header = new Header();
  if (values.length > 0) header.set(CONFIG_VALUES, lists.startOf(0), values.length);
  if (isNamed) header.set(CONFIG_KEYS, lists.startOf(1), host.length);
  const image = imageOf(header, lists.chunks(), "the configuration", base);
  const variantOf = (shape: Shape | undefined): string =>
    [...(host === "none" ? [] : ["host"]), ...(shape === "bare" ? ["bare"] : [])].join("_");
  return {
    ...plainAdapter(ID, guestCore(configCore), image, (interfaceName, func, series) => {
      const variant = variantOf(shapes.get(`${interfaceName}${series === "" ? "" : `@${series}`} ${func}`));
      return isTold ? [`${variant}__${TOLD}`] : [variant];
    }),
    ...(isTold && { lenders: TELLS_REFUSED }),
    sameAs: { "wasi:config/runtime": "wasi:config/store" },
    ...(hostKey !== undefined && { hostKey }),
  };
}
