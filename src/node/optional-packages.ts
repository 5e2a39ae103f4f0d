/** Packages that are loaded when they are needed, and need not be installed otherwise. */
import { InputError } from "./input-error.ts";

/**
 * The package's module; `purpose` completes "`<name>` ...".
 * @throws InputError that says what to install
 */
export async function needed<Module>(name: string, purpose: string): Promise<Module> {
  try {
    return (await import(name)) as Module;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new InputError([`the package \`${name}\` ${purpose}, and it is not installed: \`npm install ${name}\``], undefined, { cause });
  }
}
