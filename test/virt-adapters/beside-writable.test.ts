/** The tests of read-only files and of streams again, with the core that can write files: it must answer the same. */

import { FileSystem } from "./file-system.ts";

FileSystem.besideWritable = true;
await import("./files.test.ts");
await import("./paths.test.ts");
await import("./streams.test.ts");
