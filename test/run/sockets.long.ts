/** What sockets.test.ts does on jco with a tenth of the bytes. */

import { once } from "node:events";
import { expect, test } from "vitest";
import { runOnJco } from "../hosts/jco.ts";
import { BUILD_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { BODY, echoServer, optionsWith, portOf, socketsProgram } from "./sockets.ts";

test("a TCP client sends an embedded file of megabytes and takes it back on jco", { timeout: BUILD_MILLISECONDS }, async () => {
  const echo = echoServer();
  try {
    await once(echo, "listening");
    const output = virtualized(await socketsProgram(), optionsWith(BODY));
    const { stdout, stderr, trap } = await runOnJco(output, { args: ["client", portOf(echo)], timeoutMilliseconds: 60_000 });
    expect({ stdout, stderr, trap }).toEqual({ stdout: `sent ${BODY.length} received ${BODY.length} true\n`, stderr: "" });
  } finally {
    echo.close();
  }
});
