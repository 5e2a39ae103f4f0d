// What a transpiled component of WASI 0.3 imports, by the keys that jco-transpile.mjs gives: preview3-shim, which has a state of
// its own in its modules. It needs a newer Node than 0.2, and starts no worker until it is used.

const from = (name) => import(`@bytecodealliance/preview3-shim/${name}`);
const NAMES = ["cli", "clocks", "filesystem", "http", "random", "sockets"];
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @param {{ env: Record<string, string>, args: readonly string[], preopens: Record<string, string> }} surroundings */
export async function importsOf03({ env, args, preopens }) {
  const modules = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await from(name)])));
  modules.cli._setEnv(env);
  modules.cli._setArgs(args);
  modules.filesystem._setPreopens(preopens);
  const interfacesOf = ([name, exports]) => Object.entries(exports).map(([key, value]) => [`wasi:${name}/${kebab(key)}@0.3.0`, value]);
  return Object.fromEntries(Object.entries(modules).flatMap(interfacesOf));
}
