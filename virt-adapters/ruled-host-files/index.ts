// The io adapter over directories of the host's (../host-files), and rules that hide and protect what is in them.

export * from "../host-files/index";
export { saidOf as rules__said_of } from "../files/rules";
