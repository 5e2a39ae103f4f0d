/** The pages with commands that take minutes, as they stand. */
import { pages } from "./pages.ts";
import { describePage, isLong } from "./run-page.ts";

for (const page of pages()) if (page.commands.some((command) => isLong(page, command))) describePage(page, "all");
