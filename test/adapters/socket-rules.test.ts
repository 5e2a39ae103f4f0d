/** The options of socket rules: what is no rule is refused before anything is made, and nothing but what is meant is opened. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { parseSocketRule } from "../../src/adapters/sockets/rules.ts";
import { createAdapter, inspect, type NestedComponent, OptionError, virtualize } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "../run/on-hosts.ts";

const EMPTY = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);

test("a rule is a kind, a host and a port", () => {
  const told = (text: string): string => {
    const { kind, address, prefix, name, port } = parseSocketRule(text);
    return `${kind} ${address === undefined ? "-" : Buffer.from(address).toString("hex").replace(/^0+/, "")}/${prefix} ${name} ${port}`;
  };
  expect(
    [
      "tcp:Db.internal:5432",
      "udp:ntp.internal:123",
      "udp:10.0.0.0/8:53",
      "listen:127.0.0.1:*",
      "tcp:[2001:DB8::1]:1",
      "tcp:[::ffff:1.2.3.4]:1",
      "tcp:*:1",
    ].map(told),
  ).toEqual([
    ...[
      "tcp -/0 db.internal 5432",
      "udp -/0 ntp.internal 123",
      "udp ffff0a000000/104 undefined 53",
      "listen ffff7f000001/128 undefined undefined",
    ],
    ...["tcp 20010db8000000000000000000000001/128 2001:db8::1 1", "tcp ffff01020304/128 ::ffff:102:304 1", "tcp /0 undefined 1"],
  ]);
});

test.each([
  ["", "is not `tcp:HOST:PORT`"],
  ["db.internal:5432", "is not `tcp:HOST:PORT`"],
  ["tcp:db.internal", "is not `tcp:HOST:PORT`"],
  ["TCP:db.internal:1", "is not `tcp:HOST:PORT`"],
  ["tcp//db.internal:1", "is not `tcp:HOST:PORT`"],
  ["sctp:db.internal:1", "is not `tcp:HOST:PORT`"],
  ["tcp::1", "has a host that is neither an address, a name nor `*`"],
  ["tcp:db.internal:", "has the port ``"],
  ["tcp:db.internal:0", "has the port `0`"],
  ["tcp:db.internal:080", "has the port `080`"],
  ["tcp:db.internal:65536", "has the port `65536`"],
  ["tcp:db.internal:1-2", "has the port `1-2`"],
  ["tcp:*.internal:1", "has a host that is neither"],
  ["tcp:db.internal.:1", "has a host that is neither"],
  ["tcp:user@db:1", "has a host that is neither"],
  ["tcp:db.internal/8:1", "has a host that is neither"],
  ["tcp:bücher.example:1", "has a host that is neither"],
  ["tcp:::1:1", "has a host that is neither"],
  ["tcp:127.1:1", "may be read as an address"],
  ["tcp:0x7f000001:1", "may be read as an address"],
  ["tcp:2130706433:1", "may be read as an address"],
  ["tcp:127.0.0.256:1", "may be read as an address"],
  ["tcp:127.0.0.01:1", "may be read as an address"],
  ["tcp:[::1:1", "has no address of IPv6"],
  ["tcp:[::g]:1", "has no address of IPv6"],
  ["tcp:[::1%eth0]:1", "has no address of IPv6"],
  ["tcp:10.0.0.1/8:1", "has an address with more bits than the 8 that count"],
  ["tcp:[2001:db8::]/28:1", "has an address with more bits"],
  ["tcp:10.0.0.0/33:1", "has the length `/33`, and there are 32 bits"],
  ["tcp:10.0.0.0/08:1", "has the length `/08`"],
  ["tcp:10.0.0.0/:1", "has the length `/`"],
  ["listen:localhost:80", "a socket listens at an address of the host"],
])("%j is refused", (text, why) => {
  const refuse = (): unknown => virtualize(EMPTY, { socketsAllow: [text] });
  expect(refuse).toThrow(OptionError);
  expect(refuse).toThrow(why);
});

test("rules exclude all sockets, are not empty, and need a component", () => {
  expect(() => virtualize(EMPTY, { socketsAllow: ["tcp:*:1"], allowSockets: true })).toThrow("exclude each other");
  expect(() => virtualize(EMPTY, { socketsAllow: [] })).toThrow("is an empty list");
  expect(() => createAdapter({ socketsAllow: ["tcp:*:1"] })).toThrow("`socketsAllow` is about what a component imports");
});

const coresOf = ({ cores, components }: NestedComponent, wanted: string): readonly number[] => [
  ...cores.flatMap(({ name, byteLength }) => (name === wanted ? [byteLength] : [])),
  ...components.flatMap((each) => coresOf(each, wanted)),
];

test("rules open sockets and nothing else, in at most 4 KB", { timeout: BUILD_MILLISECONDS }, async () => {
  const output = virtualized(await rawGuest("connections"), { socketsAllow: ["tcp:db.internal:5432", "listen:127.0.0.1:80"] });
  await expectValid(output);
  const { reach, component } = inspect(output);
  expect(reach).toEqual(["sockets"]);
  expect(component.metadata?.policy).toEqual({ socketsAllow: ["tcp:db.internal:5432", "listen:127.0.0.1:80"] });
  const sizes = coresOf(component, "wasi-nest:socket-rules");
  expect(sizes).not.toEqual([]);
  expect(sizes.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(4096);
});

test.each([
  '"wasi:sockets/later@0.2.99" (instance (export "f" (func)))',
  '"wasi:sockets/later@0.3.0" (instance (export "f" (func)))',
  '"connector" (implements "wasi:sockets/tcp@0.2.0") (instance (export "f" (func)))',
])("behind rules, %s is denied, and `allowAll` does not change that", async (item) => {
  for (const allowAll of [false, true]) {
    const { report } = virtualize(await parse(`(component (import ${item}))`), { socketsAllow: ["tcp:*:*"], allowAll });
    expect(report.imports.map(({ outcome }) => outcome)).toEqual(["denied"]);
  }
});

test.each([
  ["wasi:sockets/tcp@0.2.99", "connect"],
  ["wasi:sockets/network@0.2.99", "open"],
  ["wasi:sockets/ip-name-lookup@0.3.0", "resolve"],
  ["wasi:sockets/tcp@0.3.0", "start-connect"],
  ["wasi:sockets/types@0.3.0", "f"],
  ["wasi:sockets/types@0.2.0", "create"],
])("of %s, `%s`, for which there is no rule, never reaches the host", async (name, func) => {
  const output = virtualized(await parse(`(component (import "${name}" (instance (export "${func}" (func)))))`), {
    socketsAllow: ["tcp:*:*"],
  });
  await expectValid(output);
  expect(inspect(output).imports).toEqual([]);
});
