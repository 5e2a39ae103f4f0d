/** What holds for files holds for compressed ones, whichever core has them. */

import { FileSystem } from "./file-system.ts";

FileSystem.isCompressed = true;
await import("./files.test.ts");
await import("./writing.test.ts");
await import("./over-host.test.ts");
await import("./export.test.ts");
await import("./file-mounts.test.ts");
await import("./random-operations.test.ts");
