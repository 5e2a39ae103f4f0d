// Does with a store what its WIT says, and prints what came of it; with the argument "kept" it gives no handle away.
import { getArguments } from "wasi:cli/environment@0.2.12";
import { Bucket, copy, merge, openBuckets } from "acme:kv/store@0.1.0";

const bytes = (text) => new TextEncoder().encode(text);
const told = (entry) => entry && `${entry.key}=${new TextDecoder().decode(entry.value)} r${entry.revision} ${entry.note ?? "-"}`;

function failing(step) {
  try {
    return step();
  } catch (error) {
    const { tag, val } = error.payload;
    return `${tag} ${JSON.stringify(val) ?? ""}`.trim();
  }
}

export const run = {
  run() {
    const a = new Bucket("a", { read: true, write: true });
    console.log("revisions", a.set("one", bytes("1"), undefined), a.set("two", bytes("zwei"), "in German"), a.set("one", bytes("uno"), ""));
    console.log("entries", told(a.get("one")), told(a.get("two")), told(a.get("three")));
    console.log("keys", ...a.keys("ascending"), ...a.keys("descending"));
    const readOnly = Bucket.open("a");
    console.log("static", readOnly.name(), ...readOnly.keys("ascending"));
    console.log(
      "denied",
      failing(() => readOnly.set("x", bytes(""), undefined)),
    );
    console.log(
      "missing",
      failing(() => Bucket.open("b")),
    );
    const b = new Bucket("b", { write: true, delete: true });
    console.log("lent", copy(a, b), told(b.get("two")));
    console.log("open", openBuckets());
    if (getArguments().includes("kept")) return;
    readOnly[Symbol.dispose]();
    console.log("disposed", openBuckets());
    b.set("three", bytes("3"), undefined);
    const merged = merge([a, b]);
    console.log("given", merged.name(), ...merged.keys("ascending"), openBuckets());
    merged.set("four", bytes("4"), undefined);
    console.log(
      "full",
      failing(() => merged.set("five", bytes("5"), undefined)),
    );
  },
};
