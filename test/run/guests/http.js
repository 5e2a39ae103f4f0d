// Posts the file /data/body to the server at 127.0.0.1 whose port is the argument, and prints the status and
// what came back: how long it is, and whether it is the file.

import { getArguments } from "wasi:cli/environment@0.2.12";
import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { Fields, OutgoingBody, OutgoingRequest } from "wasi:http/types@0.2.12";
import { handle } from "wasi:http/outgoing-handler@0.2.12";

function exchange(path, file) {
  const request = new OutgoingRequest(new Fields());
  request.setScheme({ tag: "HTTP" });
  request.setAuthority(`127.0.0.1:${getArguments()[1]}`);
  request.setPathWithQuery(path);
  if (file !== undefined) request.setMethod({ tag: "post" });
  const body = request.body();
  const response = handle(request, undefined);
  if (file !== undefined) {
    const out = body.write();
    const source = file.readViaStream(0n);
    try {
      for (;;) out.blockingSplice(source, 65536n);
    } catch (error) {
      if (error.payload?.tag !== "closed") throw error;
    }
    out.blockingFlush();
    out[Symbol.dispose]();
  }
  OutgoingBody.finish(body, undefined);
  response.subscribe().block();
  const answer = response.get().val.val;
  const stream = answer.consume().stream();
  const chunks = [];
  try {
    for (;;) chunks.push(stream.blockingRead(65536n));
  } catch (error) {
    if (error.payload?.tag !== "closed") throw error;
  }
  const received = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    received.set(chunk, at);
    at += chunk.length;
  }
  return [answer.status(), received];
}

export const run = {
  run() {
    const [[directory]] = getDirectories();
    const file = directory.openAt({}, "body", {}, { read: true });
    const [status, greeting] = exchange("/greeting");
    console.log(status, new TextDecoder().decode(greeting));
    const [posted, echo] = exchange("/echo", file);
    const [expected] = file.read(BigInt(file.stat().size), 0n);
    console.log(posted, echo.length, echo.length === expected.length && echo.every((byte, i) => byte === expected[i]));
  },
};
