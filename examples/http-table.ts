/**
 * Answers an app's HTTP requests from a table: `wasi-nest app.wasm -o out.wasm --adapter 'wasi:http/*=http-table.ts'`.
 * The output asks the host for no HTTP at all.
 */
import { httpAdapter } from "wasi-nest/http";

const table: Readonly<Record<string, unknown>> = {
  "https://api.example.com/users/1": { name: "Ada" },
};

export const { types, outgoingHandler } = httpAdapter(({ method, url }) => {
  const found = table[url];
  if (found === undefined || method !== "GET") return { status: 404 };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(found) };
});
