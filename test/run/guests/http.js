// Posts the file /data/body to the server at 127.0.0.1 whose port is the argument, and prints the status and
// what came back: how long it is, and whether it is the file. Then posts with trailers and prints those that come
// back, and reads a response that the server breaks off; with another argument it asks what that error means to HTTP.

import { getArguments } from "wasi:cli/environment@0.2.12";
import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { Fields, httpErrorCode, IncomingBody, OutgoingBody, OutgoingRequest } from "wasi:http/types@0.2.12";
import { handle } from "wasi:http/outgoing-handler@0.2.12";

const text = (bytes) => new TextDecoder().decode(bytes);
const fields = (entries) => Fields.fromList(Object.entries(entries).map(([name, value]) => [name, new TextEncoder().encode(value)]));

/** Calls `step` until a stream is closed. */
function untilClosed(step) {
  try {
    for (;;) step();
  } catch (error) {
    if (error.payload?.tag !== "closed") throw error;
  }
}

function send(path, { file, headers = {}, trailers } = {}) {
  const request = new OutgoingRequest(fields(headers));
  request.setScheme({ tag: "HTTP" });
  request.setAuthority(`127.0.0.1:${getArguments()[1]}`);
  request.setPathWithQuery(path);
  if (file !== undefined) request.setMethod({ tag: "post" });
  const body = request.body();
  const response = handle(request, undefined);
  if (file !== undefined) {
    const out = body.write();
    const source = file.readViaStream(0n);
    untilClosed(() => out.blockingSplice(source, 65536n));
    out.blockingFlush();
    out[Symbol.dispose]();
  }
  OutgoingBody.finish(body, trailers && fields(trailers));
  response.subscribe().block();
  return response.get().val.val;
}

function receive(response) {
  const body = response.consume();
  const stream = body.stream();
  const chunks = [];
  untilClosed(() => chunks.push(stream.blockingRead(65536n)));
  const received = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    received.set(chunk, at);
    at += chunk.length;
  }
  stream[Symbol.dispose]();
  const future = IncomingBody.finish(body);
  future.subscribe().block();
  const trailers = future.get().val.val?.entries() ?? [];
  return { status: response.status(), received, trailers: trailers.map(([name, value]) => `${name}=${text(value)}`) };
}

function withTrailers(file) {
  try {
    const response = send("/trailers", { file, headers: { te: "trailers", trailer: "x-sent" }, trailers: { "x-sent": "by-the-guest" } });
    console.log("trailers", ...receive(response).trailers);
  } catch (error) {
    console.log("trailers", error.payload?.tag, error.payload?.val);
  }
}

function brokenOff() {
  const stream = send("/broken-off").consume().stream();
  let length = 0;
  try {
    for (;;) length += stream.blockingRead(65536n).length;
  } catch ({ payload }) {
    const words = ["broken off", length > 0, payload.tag, payload.val?.toDebugString() !== ""];
    if (getArguments().length > 2) words.push(httpErrorCode(payload.val)?.tag);
    console.log(...words);
  }
}

export const run = {
  run() {
    const [[directory]] = getDirectories();
    const file = directory.openAt({}, "body", {}, { read: true });
    try {
      const { status, received } = receive(send("/greeting"));
      console.log(status, text(received));
    } catch (error) {
      console.log("refused:", error.payload.tag);
      return;
    }
    const { status, received } = receive(send("/echo", { file }));
    const [expected] = file.read(BigInt(file.stat().size), 0n);
    console.log(status, received.length, received.length === expected.length && received.every((byte, i) => byte === expected[i]));
    brokenOff();
    withTrailers(file);
  },
};
