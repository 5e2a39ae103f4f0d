/** The rest of ./wasi-0.3-host-both.long.ts. */

import { hostTests } from "./wasi-0.3-host.ts";

hostTests(true);
