// What the HTTP rules ask of a request, and who sends it. A function writes its result to `result`.

@external("wasi:http/types", "[method]outgoing-request.method")
export declare function methodOf(request: usize, result: usize): void;
@external("wasi:http/types", "[method]outgoing-request.scheme")
export declare function schemeOf(request: usize, result: usize): void;
@external("wasi:http/types", "[method]outgoing-request.authority")
export declare function authorityOf(request: usize, result: usize): void;
@external("wasi:http/types", "[method]outgoing-request.path-with-query")
export declare function pathOf(request: usize, result: usize): void;
@external("wasi:http/types", "[resource-drop]outgoing-request")
export declare function dropRequest(request: usize): void;
@external("wasi:http/types", "[resource-drop]request-options")
export declare function dropOptions(options: usize): void;

@external("wasi:http/outgoing-handler", "handle")
export declare function handle(request: usize, hasOptions: u32, options: usize, result: usize): void;

// The same of WASI 0.3. A sender waits here: nobody else enters meanwhile.

@external("wasi:http/types@0.3", "[method]request.get-method")
export declare function methodOfLater(request: usize, result: usize): void;
@external("wasi:http/types@0.3", "[method]request.get-scheme")
export declare function schemeOfLater(request: usize, result: usize): void;
@external("wasi:http/types@0.3", "[method]request.get-authority")
export declare function authorityOfLater(request: usize, result: usize): void;
@external("wasi:http/types@0.3", "[method]request.get-path-with-query")
export declare function pathOfLater(request: usize, result: usize): void;
@external("wasi:http/types@0.3", "[resource-drop]request")
export declare function dropLaterRequest(request: usize): void;
@external("wasi:http/client@0.3", "send")
export declare function send(request: usize, result: usize): void;

// What headers are set and hidden by, of both.

@external("wasi:http/types", "[constructor]outgoing-request")
export declare function newRequest(headers: usize): usize;
@external("wasi:http/types", "[method]outgoing-request.headers")
export declare function headersOf(request: usize): usize;
@external("wasi:http/types", "[method]fields.clone")
export declare function cloneFields(fields: usize): usize;
@external("wasi:http/types", "[method]fields.set")
export declare function setField(fields: usize, name: usize, nameLength: usize, values: usize, count: usize, result: usize): void;
@external("wasi:http/types", "[method]fields.delete")
export declare function deleteField(fields: usize, name: usize, nameLength: usize, result: usize): void;
@external("wasi:http/types", "[resource-drop]fields")
export declare function dropFields(fields: usize): void;

@external("wasi:http/types@0.3", "[static]request.new")
export declare function newLaterRequest(
  headers: usize,
  hasContents: u32,
  contents: usize,
  trailers: usize,
  hasOptions: u32,
  options: usize,
  result: usize,
): void;
@external("wasi:http/types@0.3", "[method]request.get-headers")
export declare function headersOfLater(request: usize): usize;
@external("wasi:http/types@0.3", "[method]fields.clone")
export declare function cloneLaterFields(fields: usize): usize;
@external("wasi:http/types@0.3", "[method]fields.set")
export declare function setLaterField(fields: usize, name: usize, nameLength: usize, values: usize, count: usize, result: usize): void;
@external("wasi:http/types@0.3", "[method]fields.delete")
export declare function deleteLaterField(fields: usize, name: usize, nameLength: usize, result: usize): void;
@external("wasi:http/types@0.3", "[resource-drop]fields")
export declare function dropLaterFields(fields: usize): void;

/** Between layers of ours and their core (../http-variables): the value of a variable of the host's by its number; empty for none. */
@external("wasi-nest:http/variables", "value")
export declare function valueOf(variable: u32, result: usize): void;
