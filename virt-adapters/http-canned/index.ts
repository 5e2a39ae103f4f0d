// wasi:http of fixed responses: a request gets that of the first entry in the image which it matches, and nothing leaves the component.
// All of wasi:http/types by which requests are sent is ours, because nobody else could make a response. A component that is asked
// itself has another one, so it is refused when the output is made.

export * from "./fields";
export * from "./request";
export * from "./response";
export * from "./later-fields";
export * from "./later-request";
export * from "./later-response";
export * from "./send";
export * from "./told";
export { p3_loop__callback, p3_loop__is_running, p3_loop__start } from "./later-loop";
