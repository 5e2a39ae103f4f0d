// The socket rules where some have names, which are looked up.

export * from "../sockets/index";
