/** Socket rules in front of the sockets of WASI 0.3, over loopback, on hosts that have them. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { inspect, type NestedComponent, type Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS } from "./on-hosts.ts";
import { echoes, type Echoes, networkCommand, SMALL_BODY, sumOf } from "./wasi-0.3-network.ts";

let others: Echoes;
/** Another one sends something to whoever speaks to it, before it sends back what it got. */
let crowded: Socket;
let stranger: Socket;
let strangers = 0;
let crowdedPort: string;

beforeAll(async () => {
  others = await echoes();
  stranger = createSocket("udp4").bind(0, "127.0.0.1");
  crowded = createSocket("udp4", (message, { port, address }) => {
    strangers++;
    stranger.send("stranger", port, address, () => crowded.send(message, port, address));
  }).bind(0, "127.0.0.1");
  await Promise.all([once(stranger, "listening"), once(crowded, "listening")]);
  crowdedPort = String(crowded.address().port);
  if (rust() !== undefined) await rustGuest("network");
}, BUILD_MILLISECONDS);
afterAll(() => {
  others.close();
  stranger.close();
  crowded.close();
});
beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

const limits = { timeout: RUN_MILLISECONDS };
const DENIED = "ErrorCode::AccessDenied\n";

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => {
    skip(missing !== undefined, missing);
    strangers = 0;
  });

  const printed = async (options: Options, ...args: readonly string[]): Promise<string> => {
    const output = await networkCommand(SMALL_BODY, options);
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout;
  };

  test("a connection is made where a rule says so, by an address or a name, and nowhere else", limits, async () => {
    const { tcp, http } = others.ports;
    const [length, sum] = [SMALL_BODY.length, sumOf(SMALL_BODY)];
    const done = `received ${length} with ${sum}, sent (${length}, ${sum})\n`;
    expect(await printed({ socketsAllow: [`tcp:127.0.0.0/8:${tcp}`] }, "client", tcp)).toBe(done);
    expect(await printed({ socketsAllow: [`tcp:localhost:${tcp}`] }, "client,client", tcp)).toBe(done + done);
    for (const rule of [`tcp:127.0.0.1:${http}`, `tcp:localhost:${http}`, `tcp:127.0.0.2:${tcp}`, `udp:*:*`, "listen:*:*"])
      expect([rule, await printed({ socketsAllow: [rule] }, "client", tcp)]).toEqual([rule, DENIED]);
  });

  test("datagrams come and go where a rule says so", limits, async () => {
    const { udp } = others.ports;
    const done = "10 datagrams came back\n";
    for (const rule of [`udp:127.0.0.1:${udp}`, `udp:localhost:${udp}`])
      expect(await printed({ socketsAllow: [rule] }, "udp", udp)).toBe(done);
    expect(await printed({ socketsAllow: [`udp:127.0.0.1:${crowdedPort}`] }, "udp", udp)).toBe(DENIED);
  });

  test("datagrams of strangers do not come, but where anybody may come in", limits, async ({ skip }) => {
    skip(name === "jco", "jco 1.35 takes it for a deadlock when a callback asks the host again and waits for that");
    const done = "10 datagrams came back\n";
    for (const rule of [`udp:127.0.0.1:${crowdedPort}`, `udp:localhost:${crowdedPort}`])
      expect(await printed({ socketsAllow: [rule] }, "udp", crowdedPort)).toBe(done);
    expect(strangers).toBe(20);
    const output = await networkCommand(SMALL_BODY, { socketsAllow: [`udp:127.0.0.1:${crowdedPort}`], traceDenied: true });
    const from = `127.0.0.1:${stranger.address().port}`;
    const { stdout, stderr } = await run(output, { args: ["udp", crowdedPort] });
    expect([stdout, stderr]).toEqual([done, `a datagram from ${from} is dropped; --sockets-allow 'udp:${from}' lets it through\n`]);
    const rules = [`udp:127.0.0.1:${crowdedPort}`, "listen:127.0.0.1:*"];
    expect(await printed({ socketsAllow: rules }, "udp", crowdedPort)).not.toBe(done);
  });

  test("a socket that waits for a datagram keeps no other from going on, and can stop to wait", limits, async ({ skip }) => {
    skip(name === "jco", "preview3-shim 0.7 goes on with a receive that is cancelled, also without wasi-nest");
    const { udp } = others.ports;
    expect(await printed({ socketsAllow: [`udp:127.0.0.1:${udp}`] }, "idle", udp)).toBe('10 datagrams came back, and "at last"\n');
  });

  test("names are looked up that a rule has", limits, async () => {
    expect(await printed({ socketsAllow: ["udp:localhost:1"] }, "lookup")).toBe("Ok(true)\n");
    expect(await printed({ socketsAllow: ["udp:*:*", "tcp:elsewhere:1"] }, "lookup")).toBe("Err(ErrorCode::AccessDenied)\n");
  });

  test("a server listens where a rule says so", limits, async ({ skip }) => {
    expect(await printed({ socketsAllow: ["listen:127.0.0.2:*", "tcp:*:*"] }, "server")).toBe(DENIED);
    skip(name === "jco", "jco 1.35 gives no sockets of a stream to a nested component");
    const output = await networkCommand(SMALL_BODY, { socketsAllow: ["listen:127.0.0.1:*"] });
    let answer = "";
    const converse = (stdout: string): void => {
      const port = /^listening on (\d+)$/m.exec(stdout)?.[1];
      if (port === undefined || answer !== "") return;
      answer = "asked";
      const socket = connect(Number(port), "127.0.0.1").on("data", (data) => (answer = data.toString()));
      socket.on("error", () => undefined).end("hello");
    };
    const { stdout, trap } = await run(output, { args: ["server"], converse });
    expect([stdout.split("\n").slice(1), trap]).toEqual([["echoed", ""], undefined]);
    await expect.poll(() => answer).toBe("hello");
  });

  test("a denied import stays denied", limits, async () => {
    const options = { socketsAllow: ["tcp:*:*", "udp:*:*"], denyImports: ["wasi:sockets/types"] };
    expect(await printed(options, "client,udp", others.ports.tcp)).toBe(DENIED + DENIED);
  });
});

test("sockets of WASI 0.2 are asked for where a rule has a name, and for look-ups alone; all rules are small", async () => {
  const importsOf = async (rule: string): Promise<readonly string[]> =>
    [...worldOf(await networkCommand(SMALL_BODY, { socketsAllow: [rule] })).imports.keys()].filter((each) =>
      each.startsWith("wasi:sockets/"),
    );
  const later = ["wasi:sockets/ip-name-lookup@0.3.0", "wasi:sockets/types@0.3.0"];
  expect((await importsOf("tcp:127.0.0.1:1")).toSorted()).toEqual(later);
  const first = ["instance-network", "ip-name-lookup", "network"].map((each) => `wasi:sockets/${each}@0.2.0`);
  expect((await importsOf("tcp:localhost:1")).toSorted()).toEqual([...first, ...later].toSorted());
  const { component } = inspect(await networkCommand(SMALL_BODY, { socketsAllow: ["udp:localhost:1"] }));
  const sizesIn = ({ cores, components }: NestedComponent): readonly number[] => [
    ...cores.flatMap(({ name, byteLength }) => (name === "wasi-nest:socket-rules" ? [byteLength] : [])),
    ...components.flatMap(sizesIn),
  ];
  const sizes = sizesIn(component);
  expect(sizes.length).toBe(1);
  expect(sizes[0]).toBeLessThanOrEqual(4096);
});
