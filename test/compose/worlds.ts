/** Worlds that the tests' apps live in: WASI in one version, in several at once, and beside other packages. */
import { everythingUnstableWit, everythingWit, wasi03Wit, wasiWit, worldComponent } from "../guests/index.ts";
import { joined } from "./apps.ts";

/** All of WASI in one version. */
export async function everything(version: string): Promise<Uint8Array> {
  return worldComponent(await everythingWit(version), "everything");
}

/** All of WASI 0.2.12, with what is unstable in it. */
export async function everythingUnstable(): Promise<Uint8Array> {
  return worldComponent(await everythingUnstableWit(), "everything");
}

/** All of WASI 0.3.0, and a little of 0.2.12, as today's toolchains mix them. */
export async function newestSeries(): Promise<Uint8Array> {
  return worldComponent(
    `package test:guest;
world newest {
  import wasi:cli/stdout@0.2.12;
  import wasi:random/random@0.2.12;
  include wasi:cli/imports@0.3.0;
  import wasi:http/client@0.3.0;
}
${await wasiWit("0.2.12")}
${await wasi03Wit()}`,
    "newest",
  );
}

/** As componentize-js has it: http is 0.2.10, all that it refers to 0.2.12. */
async function newerHttp(): Promise<Uint8Array> {
  const newest = await wasiWit("0.2.12");
  const http = newest.replaceAll(/wasi:http@0\.2\.12/g, "wasi:http@0.2.10");
  return worldComponent(
    `package test:guest;
world http {
  import wasi:http/types@0.2.10;
  import wasi:http/outgoing-handler@0.2.10;
  import wasi:cli/stdout@0.2.12;
  import wasi:cli/environment@0.2.12;
  import wasi:filesystem/preopens@0.2.12;
  import wasi:cli/exit@0.2.12;
}
${http}`,
    "http",
  );
}

/** WASI 0.2.0, 0.2.4 and 0.2.12 at once, with http 0.2.10. */
export async function mixedVersions(): Promise<Uint8Array> {
  return joined([await everything("0.2.0"), await newerHttp(), await everything("0.2.4")]);
}

/** Signatures of every kind around WASI's resources, and an exported handler of HTTP requests. */
export async function customInterfaces(): Promise<Uint8Array> {
  return worldComponent(
    `package acme:kit@1.2.3;
interface store {
  use wasi:io/streams@0.2.12.{input-stream, output-stream};
  use wasi:io/poll@0.2.12.{pollable};
  use wasi:filesystem/types@0.2.12.{descriptor, descriptor-stat};
  variant failure { gone, other(option<string>) }
  record entry { name: string, size: u64, body: option<input-stream> }
  resource bucket {
    constructor(name: string);
    open: static func(name: string) -> result<bucket, failure>;
    read: func(key: string) -> result<input-stream, failure>;
    entries: func() -> list<entry>;
    write: func(body: borrow<input-stream>) -> result<_, failure>;
    wait: func() -> pollable;
  }
  both: func() -> tuple<input-stream, output-stream>;
  named: func(keys: list<string>) -> result<list<tuple<string, input-stream>>, string>;
  measure: func(file: borrow<descriptor>) -> option<descriptor-stat>;
  nothing: func();
}
interface plain {
  enum trouble { forbidden, none }
  flags modes { a, b, c }
  ask: func(modes: modes) -> result<u8, trouble>;
  all: func() -> list<string>;
  count: func() -> u32;
}
world kit {
  import store;
  import plain;
  import log: func(message: string, level: u8) -> result;
  import wasi:http/types@0.2.12;
  include wasi:cli/imports@0.2.12;
  export wasi:cli/run@0.2.12;
  export wasi:http/incoming-handler@0.2.12;
  export plain;
}
${await wasiWit("0.2.12")}`,
    "kit",
  );
}
