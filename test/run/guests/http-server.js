// Serves the files of /www and echoes bodies. GET /www/NAME splices the file into the response; POST /echo reads
// and writes, POST /splice splices from stream to stream, POST /count answers when it has read all. The header x-file
// is the size of /www/index.html. With ?trailers the response ends with the trailers of the request, what was read and
// its checksum. What goes wrong with a stream is the other side's doing: the handler gives up and the server goes on.

import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { Fields, IncomingBody, OutgoingBody, OutgoingResponse, ResponseOutparam } from "wasi:http/types@0.2.12";

const CHUNK = 65536n;
const bytes = (text) => new TextEncoder().encode(text);

/** FNV-1a over the bytes, which comes out the same in whatever pieces they come. */
function checksum(hash, chunk) {
  for (const byte of chunk) hash = Math.imul(hash ^ byte, 16777619);
  return hash;
}

function openFile(name) {
  for (const [directory, path] of getDirectories()) {
    if (path === "/www") return directory.openAt({}, name, {}, { read: true });
  }
  throw "no-entry";
}

/** Calls `step` until one of the streams is closed. */
function untilClosed(step) {
  try {
    for (;;) step();
  } catch (error) {
    if (error.payload?.tag !== "closed") throw error;
  }
}

function fields(entries) {
  return Fields.fromList(entries.map(([name, value]) => [name, bytes(value)]));
}

/** Sends the head, lets `fill` write the body and say the trailers, and ends it. */
function respond(outparam, { status = 200, headers = [] }, fill) {
  const response = new OutgoingResponse(fields(headers));
  response.setStatusCode(status);
  const body = response.body();
  ResponseOutparam.set(outparam, { tag: "ok", val: response });
  const out = body.write();
  const trailers = fill(out);
  out[Symbol.dispose]();
  OutgoingBody.finish(body, trailers && fields(trailers));
}

function serveFile(name, outparam) {
  let file;
  try {
    file = openFile(name);
  } catch (error) {
    return respond(outparam, { status: 404 }, (out) => void out.blockingWriteAndFlush(bytes(error.payload ?? String(error))));
  }
  const headers = [["content-length", String(file.stat().size)]];
  respond(outparam, { headers }, (out) => {
    const source = file.readViaStream(0n);
    untilClosed(() => out.blockingSplice(source, CHUNK));
  });
}

function trailersOf(body) {
  const future = IncomingBody.finish(body);
  future.subscribe().block();
  const trailers = future.get().val.val;
  return trailers === undefined ? [] : trailers.entries().map(([name, value]) => [name, new TextDecoder().decode(value)]);
}

function echo(request, outparam, { splice, withTrailers }) {
  const body = request.consume();
  const source = body.stream();
  const headers = [["x-file", String(openFile("index.html").stat().size)]];
  if (withTrailers) headers.push(["trailer", "x-sent, x-bytes, x-checksum"]);
  respond(outparam, { headers }, (out) => {
    let count = 0;
    let hash = 2166136261;
    untilClosed(() => {
      if (splice) {
        count += Number(out.blockingSplice(source, CHUNK));
        return;
      }
      const chunk = source.blockingRead(CHUNK);
      count += chunk.length;
      hash = checksum(hash, chunk);
      for (let at = 0; at < chunk.length; at += 4096) out.blockingWriteAndFlush(chunk.subarray(at, at + 4096));
    });
    source[Symbol.dispose]();
    const trailers = trailersOf(body);
    return withTrailers ? [...trailers, ["x-bytes", String(count)], ["x-checksum", String(hash >>> 0)]] : undefined;
  });
}

function count(request, outparam) {
  const source = request.consume().stream();
  let length = 0;
  untilClosed(() => {
    length += source.blockingRead(CHUNK).length;
  });
  respond(outparam, {}, (out) => void out.blockingWriteAndFlush(bytes(String(length))));
}

export const incomingHandler = {
  handle(request, outparam) {
    const [path, query] = request.pathWithQuery().split("?");
    try {
      if (path === "/echo" || path === "/splice")
        echo(request, outparam, { splice: path === "/splice", withTrailers: query === "trailers" });
      else if (path === "/count") count(request, outparam);
      else serveFile(path.replace("/www/", ""), outparam);
    } catch (error) {
      console.error(`gave up on ${path}: ${error.payload?.tag ?? error.payload ?? error}`);
    }
  },
};
