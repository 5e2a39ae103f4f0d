/** `wasi:sockets`: the host's, or denied. */
import type { AdapterModule } from "../adapter-module.ts";
import { hostOnlyModule } from "../host-only.ts";

export interface SocketsOptions {
  readonly allowSockets?: boolean;
}

export const sockets: AdapterModule<SocketsOptions> = hostOnlyModule({
  name: "sockets",
  interfaces: "wasi:sockets/*",
  flag: "allow-sockets",
  option: "allowSockets",
  describe: "Sockets, and the lookup of names",
  elsewhere: ["allow-net", "allow-network"],
  meaning: "the host's sockets, and the lookup of names",
  row: "sockets",
  denied: "`access-denied`",
});
