// Writes the JSON Schema of policy files, which the package has for editors: dist/policy.schema.json.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { POLICY_SCHEMA } from "../dist/cli/policy/schema.js";

await writeFile(path.join(import.meta.dirname, "../dist/policy.schema.json"), `${JSON.stringify(POLICY_SCHEMA)}\n`);
