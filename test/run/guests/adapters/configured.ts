/** Stands between ripgrep and its environment, and names a file of options for it. */
import { getArguments, getEnvironment } from "wasi:cli/environment";

export const environment = {
  getArguments,
  getEnvironment: (): [string, string][] => [...getEnvironment(), ["RIPGREP_CONFIG_PATH", "/etc/ripgreprc"]],
};
