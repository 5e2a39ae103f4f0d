/** The prebuilt guests, decoded once per process. */
import { type CoreModule, decodeCore } from "../binary/prebuilt-module.ts";
import { type World, worldOf } from "../component/world.ts";
import { type Packed, unpack } from "./packed.ts";
import {
  asyncCatalogue as packedAsyncCatalogue,
  catalogue as packedCatalogue,
  ownCatalogue as packedOwnCatalogue,
  wholeCatalogue as packedWholeCatalogue,
} from "./prebuilt.ts";

export interface GuestCore {
  readonly core: CoreModule;
}

const guests = new Map<Packed, GuestCore>();

export function guestCore(packed: Packed): GuestCore {
  const known = guests.get(packed);
  if (known !== undefined) return known;
  const guest = { core: decodeCore(unpack(packed)) };
  guests.set(packed, guest);
  return guest;
}

const decoded = new Map<Packed, World>();

function decode(packed: Packed): World {
  const known = decoded.get(packed);
  if (known !== undefined) return known;
  const world = worldOf(unpack(packed));
  decoded.set(packed, world);
  return world;
}

/** A world that imports the full types of the interfaces that adapters deal with. */
export const catalogue = (): World => decode(packedCatalogue);

/** A world that imports all of WASI in full, what is unstable included. */
export const wholeCatalogue = (): World => decode(packedWholeCatalogue);

/** The same of the series 0.3, in its first version. */
export const asyncCatalogue = (): World => decode(packedAsyncCatalogue);

/** A world that imports the interfaces that are ours. */
export const ownCatalogue = (): World => decode(packedOwnCatalogue);
