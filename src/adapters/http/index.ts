/** `wasi:http`: the host's, or denied. */
import type { AdapterModule } from "../adapter-module.ts";
import { hostOnlyModule } from "../host-only.ts";

export interface HttpOptions {
  readonly allowHttp?: boolean;
}

export const http: AdapterModule<HttpOptions> = hostOnlyModule({
  name: "http",
  interfaces: "wasi:http/*",
  flag: "allow-http",
  option: "allowHttp",
  describe: "HTTP: making requests, and answering them",
  elsewhere: ["allow-net", "allow-network"],
  meaning: "HTTP by the host: making requests, and answering them",
  row: "HTTP",
  denied: "`HTTP-request-denied`",
});
