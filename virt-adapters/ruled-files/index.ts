// The io adapter with files that can be written (../files), and rules that hide and protect some of them.

export * from "../files/index";
export { saidOf as rules__said_of } from "../files/rules";
