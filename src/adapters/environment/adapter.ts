/**
 * The environment adapter: variables, arguments and working directory, each fixed in the image or asked of
 * the host. Source of the guest: virt-adapters/environment.
 */
import { environmentImage } from "../../image/environment-image.ts";
import { type Adapter, plainAdapter } from "../adapter.ts";
import { TOLD } from "../guest-names.ts";
import { guestCore } from "../prebuilt-core.ts";
import { environmentCore } from "../prebuilt.ts";
import { TELLS_REFUSED } from "../trace/output.ts";
import { type EnvironmentSettings, isRuled } from "./settings.ts";

export const ID = "environment";

/** `base` is where its image may lie; with `isTold`, what rules keep back is told. */
export function environmentAdapter(settings: EnvironmentSettings, base: number, isTold: boolean): Adapter {
  const { variables, hostVariables } = settings;
  const asksHost: Readonly<Record<string, boolean>> = {
    "get-environment": hostVariables.kind !== "none",
    "get-arguments": settings.arguments === "host",
    "initial-cwd": settings.cwd === "host",
    "get-initial-cwd": settings.cwd === "host",
  };
  const image = environmentImage(
    {
      variables,
      arguments: settings.arguments === "host" ? [] : settings.arguments,
      cwd: settings.cwd === "host" ? undefined : settings.cwd,
      host: hostVariables,
    },
    base,
  );
  const variants = [...(isTold ? [`rules__${TOLD}`] : []), ...(isRuled(hostVariables) ? ["rules"] : []), "host"];
  const adapter = plainAdapter(ID, guestCore(environmentCore), image, (_base, func) => (asksHost[func] === true ? variants : []));
  return isTold ? { ...adapter, lenders: TELLS_REFUSED } : adapter;
}
