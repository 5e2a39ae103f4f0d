// What the socket rules ask of the host. An address is a variant of two records, whose fields are flattened: the port and four
// bytes, or the port, the flow, eight words and the scope.

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
@external("wasi:sockets/udp", "[resource-drop]udp-socket")
export declare function dropUdp(socket: usize): void;
@external("wasi:sockets/udp", "[resource-drop]outgoing-datagram-stream")
export declare function dropOutgoing(stream: usize): void;

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
