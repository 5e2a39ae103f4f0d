/**
 * What the host calls a directory of its own, as the options give it.
 */
import { OptionError } from "../../errors.ts";

/** @throws OptionError for a path that can name nothing of the host's, or climbs */
export function hostPathOf(host: string, option: "preopens" | "overlays" | "hostFiles"): string {
  if (host === "" || host.includes("\0"))
    throw new OptionError(option, `\`${JSON.stringify(host)}\` names no ${option === "hostFiles" ? "file" : "directory"} of the host's`);
  if (host.split("/").includes("..")) throw new OptionError(option, `the host path \`${host}\` has \`..\` in it`);
  // Two slashes are one, and `.` below something is that.
  const segments = host.split("/").filter((segment, i) => i === 0 || (segment !== "" && segment !== "."));
  return segments.join("/") || "/";
}
