/** Stands between the app and its environment: adds a variable, and hides some by a glob of a package of npm. */
import picomatch from "picomatch";
import { getArguments, getEnvironment } from "wasi:cli/environment";

const isHidden = picomatch("SECRET_*");

export const environment = {
  getArguments,
  getEnvironment: (): [string, string][] => [...getEnvironment().filter(([name]) => !isHidden(name)), ["ADDED", "by the adapter"]],
};
