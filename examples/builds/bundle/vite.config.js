import { readMount } from "wasi-nest/node";
import { wasiNest } from "wasi-nest/rolldown";

export default {
  root: import.meta.dirname,
  build: { ssr: "main.js" },
  plugins: [
    wasiNest({
      args: ["/data/greeting.txt"],
      mounts: [{ path: "/data", entry: await readMount("./data") }],
      stdout: "allow",
    }),
  ],
};
