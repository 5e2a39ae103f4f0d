/** The prebuilt guests, decoded once per process. */
import { type CoreModule, decodeCore } from "../binary/prebuilt-module.ts";
import { type World, worldOf } from "../component/world.ts";
import {
  asyncCatalogue as asyncCatalogueText,
  catalogue as catalogueText,
  ownCatalogue as ownCatalogueText,
  wholeCatalogue as wholeCatalogueText,
} from "./prebuilt.ts";

export interface GuestCore {
  readonly core: CoreModule;
}

const guests = new Map<string, GuestCore>();

export function guestCore(base64: string): GuestCore {
  const known = guests.get(base64);
  if (known !== undefined) return known;
  const guest = { core: decodeCore(fromBase64(base64)) };
  guests.set(base64, guest);
  return guest;
}

const decoded = new Map<string, World>();

function decode(base64: string): World {
  const known = decoded.get(base64);
  if (known !== undefined) return known;
  const world = worldOf(fromBase64(base64));
  decoded.set(base64, world);
  return world;
}

/** A world that imports the full types of the interfaces that adapters deal with. */
export const catalogue = (): World => decode(catalogueText);

/** A world that imports all of WASI in full, what is unstable included. */
export const wholeCatalogue = (): World => decode(wholeCatalogueText);

/** The same of the series 0.3, in its first version. */
export const asyncCatalogue = (): World => decode(asyncCatalogueText);

/** A world that imports the interfaces that are ours. */
export const ownCatalogue = (): World => decode(ownCatalogueText);

function fromBase64(text: string): Uint8Array {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
