// A handler of HTTP that serves the files of /www: `GET` and `HEAD`, `index.html` for a directory, `404.html` for what is
// not there. It is written in AssemblyScript, because that gives a component of a few kilobytes which starts in no time;
// build.mjs compiles it. Files are found through `wasi:filesystem`, so wasi-nest can embed them.
import * as host from "./host";

export { realloc } from "./host";

const ROOT = "/www";
const PIECE: u64 = 65536;

export function handle(request: i32, outparam: i32): void {
  const method = host.method(request);
  const path = pathOf(request);
  host.dropRequest(request);
  const directory = root();
  if (method != host.GET && method != host.HEAD) respond(outparam, 405, 0, "", method);
  else if (directory == 0) respond(outparam, 500, 0, "", method);
  else {
    const name = path.endsWith("/") || path == "" ? path + "index.html" : path;
    const file = open(directory, name);
    if (file != 0) respond(outparam, 200, file, name, method);
    else respond(outparam, 404, open(directory, "404.html"), "404.html", method);
    host.dropDescriptor(directory);
  }
  host.reset();
}

/** What stands between the first slash and the query, decoded, without a slash before it. */
function pathOf(request: i32): string {
  const whole = host.pathWithQuery(request);
  const query = whole.indexOf("?");
  const path = query < 0 ? whole : whole.substring(0, query);
  return decode(path.startsWith("/") ? path.substring(1) : path);
}

/** `%20` is a byte; what is no number stays as it is. */
function decode(text: string): string {
  const bytes = Uint8Array.wrap(String.UTF8.encode(text));
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i];
    if (byte == 0x25 && i + 2 < bytes.length) {
      const value = <i32>parseInt(String.UTF8.decodeUnsafe(bytes.dataStart + i + 1, 2), 16);
      if (value > 0) {
        byte = <u8>value;
        i += 2;
      }
    }
    bytes[length++] = byte;
  }
  return String.UTF8.decodeUnsafe(bytes.dataStart, length);
}

function root(): i32 {
  const directories = host.directories();
  let found = 0;
  for (let i = 0; i < directories.length; i++) {
    if (directories[i].path == ROOT) found = directories[i].descriptor;
    else host.dropDescriptor(directories[i].descriptor);
  }
  return found;
}

/** A file, or 0: a directory is none, nor is what leads out of /www. */
function open(directory: i32, name: string): i32 {
  const file = host.openAt(directory, name);
  if (file == 0 || host.isFile(file)) return file;
  host.dropDescriptor(file);
  return 0;
}

/** Sends a file, or only the status where there is none. */
function respond(outparam: i32, status: i32, file: i32, name: string, method: i32): void {
  const headers = host.newFields();
  if (file != 0) host.append(headers, "content-type", typeOf(name));
  host.append(headers, "content-length", (file == 0 ? <u64>0 : host.sizeOf(file)).toString());
  const response = host.newResponse(headers);
  host.setStatus(response, status);
  const body = host.bodyOf(response);
  host.setResponse(outparam, response);
  if (file != 0 && method == host.GET) {
    const out = host.write(body);
    const source = host.readViaStream(file);
    while (host.splice(out, source, PIECE)) {}
    host.dropInput(source);
    host.dropOutput(out);
  }
  if (file != 0) host.dropDescriptor(file);
  host.finish(body);
}

function typeOf(name: string): string {
  const extension = name.substring(name.lastIndexOf(".") + 1);
  if (extension == "html") return "text/html; charset=utf-8";
  if (extension == "css") return "text/css; charset=utf-8";
  if (extension == "js" || extension == "mjs") return "text/javascript; charset=utf-8";
  if (extension == "json") return "application/json";
  if (extension == "txt" || extension == "md") return "text/plain; charset=utf-8";
  if (extension == "svg") return "image/svg+xml";
  if (extension == "png") return "image/png";
  if (extension == "jpg" || extension == "jpeg") return "image/jpeg";
  if (extension == "webp") return "image/webp";
  if (extension == "ico") return "image/x-icon";
  if (extension == "woff2") return "font/woff2";
  if (extension == "wasm") return "application/wasm";
  return "application/octet-stream";
}
