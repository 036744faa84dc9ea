// Judging: pairs by keyboard, undo, two tabs, the sheet; and all of it without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openCase, serve } from "../browser.js";

let browser;
let served;

before(async () => {
  served = await serve();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await served?.stop();
});

/** The twin of a page. */
async function twin(page, origin, path) {
  const answer = await page.request.get(origin + path);
  assert.equal(answer.status(), 200, path);
  return answer.json();
}

/** Whether what rests on judgements has been derived, within half a minute. */
async function applied(page, origin) {
  for (let look = 0; look < 60; look += 1) {
    if ((await twin(page, origin, "/judgements.json?limit=1")).applied) return;
    await page.waitForTimeout(500);
  }
  assert.fail("judgements were not applied in half a minute");
}

test("pairs are judged by y, n and u, which lead on by themselves, and z takes the last back", async () => {
  const { page, errors, origin, context } = await openCase(browser, served.address);
  await page.goto(`${origin}/same`);
  const names = () => page.locator("table.sides thead a").allTextContents();
  const first = await names();
  assert.equal(first.length, 2, "two sides");
  await page.keyboard.press("n");
  await page.waitForURL(/was=.*done=/);
  assert.notDeepEqual(await names(), first, "the next pair");
  await page.getByText("held to be different").first().waitFor();
  await page.keyboard.press("z");
  await page.waitForURL((url) => url.searchParams.has("done") && !url.searchParams.has("was"));
  assert.deepEqual(await names(), first, "the pair that was taken back");
  await page.keyboard.press("u");
  await page.waitForURL(/was=/);
  await page.getByText("could not tell").first().waitFor();
  await applied(page, origin);
  const log = await twin(page, origin, "/judgements.json");
  assert.deepEqual(
    log.judgements.slice(0, 3).map((line) => [line.verb, line.undone]),
    [["unsure", false], ["undo", false], ["different", true]],
  );
  assert.deepEqual(errors, []);
  await context.close();
});

test("two names are merged after a comparison, followed everywhere, and taken apart by undo", async () => {
  const { page, origin, context } = await openCase(browser, served.address);
  const people = await twin(page, origin, "/entities.json?kind=person&limit=40");
  const pair = people.entities.filter((one) => one.names.length > 0).slice(-2);
  await page.goto(`${origin}/compare?a=${pair[0].id}&b=${pair[1].id}`);
  await page.getByRole("heading", { name: "One, or two?" }).waitFor();
  await page.getByRole("textbox", { name: "Why, if you like" }).fill("a test");
  await page.getByRole("button", { name: /^Same/ }).click();
  await page.getByText("Recorded.").waitFor();
  await applied(page, origin);
  const merged = await twin(page, origin, `/entities/${pair[1].id}.json`);
  assert.ok(pair.every((one) => merged.names.includes(one.name)), "both names are one's");
  assert.equal(merged.history[0].body, "a test");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(/done=/);
  await applied(page, origin);
  const apart = await Promise.all(pair.map((one) => twin(page, origin, `/entities/${one.id}.json`)));
  assert.notEqual(apart[0].id, apart[1].id, "two again");
  await context.close();
});

test("of two tabs the second is shown what the first decided, and asked", async () => {
  const { page, context, origin } = await openCase(browser, served.address);
  const { statements } = await twin(page, origin, "/statements.json?limit=1");
  const other = await context.newPage();
  for (const tab of [page, other]) await tab.goto(`${origin}/statements/${statements[0].id}`);
  const decided = page.locator("section", { hasText: "What people decided" });
  await decided.getByRole("button", { name: "Read wrongly" }).click();
  await page.waitForURL(/done=/);
  const late = other.locator("section", { hasText: "What people decided" });
  await late.getByRole("button", { name: "Read rightly" }).click();
  await other.getByRole("heading", { name: "Somebody decided meanwhile" }).waitFor();
  await other.getByRole("button", { name: "Record mine as well" }).click();
  await other.getByText("Recorded.").waitFor();
  const { judgements } = await twin(page, origin, `/statements/${statements[0].id}.json`);
  assert.deepEqual(judgements.history.map((one) => one.verb), ["reject", "confirm"], "none is lost");
  await context.close();
});

test("a statement is pinned, checked and printed, without scripts", async () => {
  const { page, context, origin } = await openCase(browser, served.address, { javaScriptEnabled: false });
  await page.goto(`${origin}/statements?stance=denies`);
  await page.locator("details.judge summary").first().click();
  await page.getByRole("button", { name: "Put on the sheet" }).first().click();
  await page.getByText("Recorded.").waitFor();
  await page.goto(`${origin}/checked/sheet`);
  await page.getByText("an unchecked reading by machine").first().waitFor();
  assert.match(await page.locator(".sheet .hash").first().textContent(), /^[0-9a-f]{64}$/);
  await page.goto(`${origin}/checked`);
  await page.getByRole("button", { name: "I have checked it" }).first().click();
  await page.goto(`${origin}/checked/sheet`);
  assert.equal(await page.getByText("not checked").count(), 0);
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await page.locator("nav.places").isVisible()), "the frame is not printed");
  await context.close();
});

test("a list is put beside the case and judged pair by pair", async () => {
  const { page, context, origin } = await openCase(browser, served.address);
  const { entities } = await twin(page, origin, "/entities.json?kind=person&limit=3");
  const list = ["name", ...entities.map((one) => one.name)].join("\n");
  await page.goto(`${origin}/xref`);
  await page.getByRole("textbox", { name: "What it is called" }).fill("people.csv");
  await page.getByRole("textbox", { name: "The list" }).fill(list);
  await page.getByRole("button", { name: "Compare with the case" }).click();
  await page.waitForURL(/xref\/[0-9a-f]+/);
  assert.match(await page.getByRole("status").first().textContent(), /^0 of/);
  await page.keyboard.press("y");
  await page.waitForURL(/done=/);
  await page.getByText(/^1 of/).waitFor();
  await page.keyboard.press("z");
  await page.getByText(/^0 of/).waitFor();
  await context.close();
});
