// What the socket rules ask of the host. An address is a variant of two records, whose fields are flattened: the port and four
// bytes, or the port, the flow, eight words and the scope. Names are looked up in WASI 0.2 for both series: there, whoever asks is
// not suspended.

@external("wasi:sockets/tcp", "[method]tcp-socket.start-connect")
export declare function startConnect(
  socket: usize,
  network: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/tcp", "[method]tcp-socket.start-bind")
export declare function startBind(
  socket: usize,
  network: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/tcp", "[method]tcp-socket.start-listen")
export declare function startListen(socket: usize, result: usize): void;
@external("wasi:sockets/tcp", "[method]tcp-socket.local-address")
export declare function localAddress(socket: usize, result: usize): void;
@external("wasi:sockets/tcp", "[resource-drop]tcp-socket")
export declare function dropTcp(socket: usize): void;

@external("wasi:sockets/udp", "[method]udp-socket.start-bind")
export declare function startBindUdp(
  socket: usize,
  network: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/udp", "[method]udp-socket.stream")
export declare function stream(
  socket: usize,
  hasRemote: u32,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/udp", "[method]outgoing-datagram-stream.send")
export declare function send(stream: usize, datagrams: usize, count: usize, result: usize): void;
@external("wasi:sockets/udp", "[method]incoming-datagram-stream.receive")
export declare function receive(stream: usize, most: u64, result: usize): void;
@external("wasi:sockets/udp", "[resource-drop]udp-socket")
export declare function dropUdp(socket: usize): void;
@external("wasi:sockets/udp", "[resource-drop]outgoing-datagram-stream")
export declare function dropOutgoing(stream: usize): void;
@external("wasi:sockets/udp", "[resource-drop]incoming-datagram-stream")
export declare function dropIncoming(stream: usize): void;

@external("wasi:sockets/instance-network", "instance-network")
export declare function instanceNetwork(): usize;
@external("wasi:sockets/network", "[resource-drop]network")
export declare function dropNetwork(network: usize): void;
@external("wasi:sockets/ip-name-lookup", "resolve-addresses")
export declare function resolveAddresses(network: usize, name: usize, length: usize, result: usize): void;
@external("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address")
export declare function nextAddress(found: usize, result: usize): void;
@external("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe")
export declare function subscribe(found: usize): usize;
@external("wasi:sockets/ip-name-lookup", "[resource-drop]resolve-address-stream")
export declare function dropFound(found: usize): void;
@external("wasi:io/poll", "[method]pollable.block")
export declare function block(pollable: usize): void;
@external("wasi:io/poll", "[resource-drop]pollable")
export declare function dropPollable(pollable: usize): void;

// Of WASI 0.3. A call that does not wait says how far it has come, and its parameters and its result lie in memory until it is over.

@external("wasi:sockets/types@0.3", "[method]tcp-socket.bind")
export declare function bind(
  socket: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/types@0.3", "[method]tcp-socket.listen")
export declare function listen(socket: usize, result: usize): void;
@external("wasi:sockets/types@0.3", "[method]tcp-socket.get-local-address")
export declare function getLocalAddress(socket: usize, result: usize): void;
@external("wasi:sockets/types@0.3", "[async-lower][method]tcp-socket.connect")
export declare function connect(params: usize, result: usize): u32;
@external("wasi:sockets/types@0.3", "[task-return][method]tcp-socket.connect")
export declare function returnConnect(isError: u32, code: u32, hasText: u32, text: usize, length: usize): void;
@external("wasi:sockets/types@0.3", "[resource-drop]tcp-socket")
export declare function dropLaterTcp(socket: usize): void;

@external("wasi:sockets/types@0.3", "[method]udp-socket.bind")
export declare function bindUdp(
  socket: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/types@0.3", "[method]udp-socket.connect")
export declare function connectUdp(
  socket: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
  result: usize,
): void;
@external("wasi:sockets/types@0.3", "[method]udp-socket.get-local-address")
export declare function getLocalAddressUdp(socket: usize, result: usize): void;
@external("wasi:sockets/types@0.3", "[async-lower][method]udp-socket.send")
export declare function sendLater(params: usize, result: usize): u32;
@external("wasi:sockets/types@0.3", "[task-return][method]udp-socket.send")
export declare function returnSend(isError: u32, code: u32, hasText: u32, text: usize, length: usize): void;
@external("wasi:sockets/types@0.3", "[async-lower][method]udp-socket.receive")
export declare function receiveLater(socket: usize, result: usize): u32;
/** The bytes and the address, or the error before `kind`. */
@external("wasi:sockets/types@0.3", "[task-return][method]udp-socket.receive")
export declare function returnReceive(
  isError: u32,
  data: u32,
  length: u32,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
): void;
@external("wasi:sockets/types@0.3", "[resource-drop]udp-socket")
export declare function dropLaterUdp(socket: usize): void;

@external("wasi:sockets/ip-name-lookup@0.3", "[async-lower]resolve-addresses")
export declare function resolveLater(name: usize, length: usize, result: usize): u32;
/** The list, or the error. */
@external("wasi:sockets/ip-name-lookup@0.3", "[task-return]resolve-addresses")
export declare function returnResolve(isError: u32, first: u32, second: u32, text: usize, length: usize): void;
