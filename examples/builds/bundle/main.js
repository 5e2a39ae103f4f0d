import { run } from "../app.wasm?virtualize";

run.run();
