// Does to wasi:http what few programs do, and prints a line for each; with the argument `fail`, asks for what traps.
import { getArguments } from "wasi:cli/environment@0.2.12";
import { poll } from "wasi:io/poll@0.2.12";
import { Fields, IncomingBody, OutgoingBody, OutgoingRequest, RequestOptions } from "wasi:http/types@0.2.12";
import { handle } from "wasi:http/outgoing-handler@0.2.12";

const bytes = (text) => new TextEncoder().encode(text);
const text = (from) => new TextDecoder().decode(from);
const show = (value) => JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}n` : each));

/** What a call gives, or the error of it. */
function attempt(step) {
  try {
    return show(step()) ?? "done";
  } catch (error) {
    return `error ${show(error.payload) ?? ""}`.trim();
  }
}

function requestTo(path, headers = new Fields()) {
  const request = new OutgoingRequest(headers);
  request.setScheme({ tag: "HTTP" });
  request.setAuthority("edges");
  request.setPathWithQuery(path);
  return request;
}

function fields() {
  const made = Fields.fromList([
    ["A", bytes("1")],
    ["b", bytes("2")],
  ]);
  made.append("a", bytes("3"));
  const clone = made.clone();
  made.set("B", [bytes("x"), bytes("y")]);
  clone.delete("A");
  const list = (from) => from.entries().map(([name, value]) => `${name}=${text(value)}`);
  console.log("fields", ...list(made), "|", ...list(clone), "|", made.get("a").map(text).join(), made.has("c"));
  console.log(
    "refused",
    attempt(() => made.append("a b", bytes(""))),
    attempt(() => made.append("Host", bytes("h"))),
  );
  const request = requestTo("/", made);
  const own = request.headers();
  console.log(
    "immutable",
    attempt(() => own.delete("a")),
    list(own).length,
  );
  own[Symbol.dispose]();
}

function setters() {
  const request = requestTo("/");
  request.setMethod({ tag: "other", val: "PURGE" });
  const wrong = [
    attempt(() => request.setMethod({ tag: "other", val: "a b" })),
    attempt(() => request.setPathWithQuery("/a b")),
    attempt(() => request.setScheme({ tag: "other", val: "1" })),
    attempt(() => request.setAuthority("a b")),
  ];
  console.log("kept", show([request.method(), request.scheme(), request.authority(), request.pathWithQuery()]), ...wrong);
  const options = new RequestOptions();
  options.setConnectTimeout(2n ** 63n);
  options.setFirstByteTimeout(2n);
  options.setFirstByteTimeout(undefined);
  console.log("options", options.connectTimeout(), options.firstByteTimeout(), options.betweenBytesTimeout());
  console.log(
    "to nobody",
    attempt(() => handle(new OutgoingRequest(new Fields()), options)),
  );
}

function bodies() {
  const short = requestTo("/never", Fields.fromList([["content-length", bytes("5")]]));
  const body = short.body();
  console.log(
    "second body",
    attempt(() => short.body()),
  );
  const future = handle(short, new RequestOptions());
  const stream = body.write();
  stream.blockingWriteAndFlush(bytes("four"));
  console.log(
    "second stream",
    attempt(() => body.write()),
  );
  stream[Symbol.dispose]();
  console.log("none yet", show(future.get()) ?? "none");
  console.log(
    "too short",
    attempt(() => OutgoingBody.finish(body, new Fields())),
    show(future.get()),
  );

  const dropped = requestTo("/never");
  const unfinished = dropped.body();
  const lost = handle(dropped, undefined);
  unfinished[Symbol.dispose]();
  console.log("dropped", show(lost.get()), show(lost.get()));
}

function responses() {
  const future = handle(requestTo("/code"), undefined);
  console.log("no response", show(future.get()));
  const answered = handle(requestTo("/headers"), undefined);
  const ready = answered.subscribe();
  poll([ready]);
  ready[Symbol.dispose]();
  const response = answered.get().val.val;
  const headers = response.headers();
  console.log("response", response.status(), ...headers.entries().map(([name, value]) => `${name}=${value.join()}`));
  console.log(
    "immutable",
    attempt(() => headers.append("a", bytes("b"))),
  );
  headers[Symbol.dispose]();
  const body = response.consume();
  console.log(
    "consumed",
    attempt(() => response.consume()),
  );
  const stream = body.stream();
  console.log(
    "streamed",
    attempt(() => body.stream()),
    text(stream.blockingRead(100n)),
    attempt(() => stream.blockingRead(100n)),
  );
  stream[Symbol.dispose]();
  const trailers = IncomingBody.finish(body);
  trailers.subscribe().block();
  console.log("trailers", show(trailers.get()), show(trailers.get()));
}

export const run = {
  run() {
    if (getArguments().includes("fail")) return handle(requestTo("/fail"), undefined).get();
    fields();
    setters();
    bodies();
    responses();
  },
};
