/** The rest of ./wasi-0.3-host.test.ts. */

import { hostTests } from "./wasi-0.3-host.ts";

hostTests(true);
