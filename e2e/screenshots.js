// Pictures of the main pages, light and dark, wide and narrow, into the folder given.
import { join } from "node:path";
import { openBrowser, openCase, serve } from "./browser.js";
import { PAGES } from "./pages.js";

const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 800 } };

const folder = process.argv[2];
if (!folder) throw new Error("say where to: node screenshots.js FOLDER");
const served = await serve();
const browser = await openBrowser();
for (const colorScheme of ["light", "dark"]) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const { page, context, origin } = await openCase(browser, served.address, { colorScheme, viewport });
    for (const { name, path } of PAGES) {
      await page.goto(origin + (await path(page)));
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${size}.png`) });
    }
    await context.close();
  }
}
await browser.close();
await served.stop();
