/** `wasi-nest init` for components that import all of WASI. */
import { test } from "vitest";
import { everythingWit, WASI_03 } from "../../guests/wasi-wit.ts";
import { worldComponent } from "../../guests/world-component.ts";
import { expectDenied, expectOptions } from "./init-checks.ts";

test.each(["0.2.12", WASI_03])("all of WASI %s: the policy denies all, and each option in it can be given", async (version) => {
  const component = await worldComponent(await everythingWit(version), "everything");
  await expectDenied(component, "toml");
  await expectOptions(component, "yaml");
});
