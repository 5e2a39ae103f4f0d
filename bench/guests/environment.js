// What `env: { GREETING: "hello" }` does, as an adapter in JavaScript.

export const environment = {
  getEnvironment: () => [["GREETING", "hello"]],
};
