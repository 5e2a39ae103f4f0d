/**
 * The environment adapter: variables, arguments and working directory, each fixed in the image or asked of
 * the host. Source of the guest: virt-adapters/environment.
 */
import { environmentImage, type HostVariables } from "../image/environment-image.ts";
import type { Adapter } from "./link.ts";
import { guestCore } from "./prebuilt-core.ts";
import { environmentCore } from "./prebuilt.ts";

export interface EnvironmentSettings {
  readonly variables: readonly (readonly [string, string])[];
  /** Which of the host's variables pass; fixed ones win. */
  readonly hostVariables: HostVariables;
  /** The program's name first, or the host's list. */
  readonly arguments: readonly string[] | "host";
  readonly cwd: string | undefined | "host";
}

export const ENVIRONMENT = "wasi:cli/environment";

export function environmentAdapter(settings: EnvironmentSettings): Adapter {
  const { variables, hostVariables } = settings;
  const asksHost: Readonly<Record<string, boolean>> = {
    "get-environment": hostVariables.kind !== "none",
    "get-arguments": settings.arguments === "host",
    "initial-cwd": settings.cwd === "host",
  };
  const image = environmentImage({
    variables,
    arguments: settings.arguments === "host" ? [] : settings.arguments,
    cwd: settings.cwd === "host" ? undefined : settings.cwd,
    host: hostVariables,
  });
  return {
    id: "environment",
    ...guestCore(environmentCore),
    image,
    frozenClock: undefined,
    variantsOf: (_base, func) => (asksHost[func] === true ? ["host"] : []),
    isShared: () => false,
    isChange: () => false,
    isReadOnly: false,
  };
}
