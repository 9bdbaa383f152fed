// Copyright: (c) 2026, tenantops.entra contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// People at a browser, one after the other and each with a profile of their own: they open a page, sign in, and consent
// where they are asked. Reads {chromium, keys, page, people: [{name, password}]}, writes where that led each of them:
// [{status, address, text, consented}].

import { json } from "node:stream/consumers";
import { chromium } from "playwright-core";

// A page that is complete: with a heading, or with scripts that say they are done.
const AFTER_SIGN_IN = "body:not(:has(input[type=password])) :is(h1, [data-done])";
const AFTER_CONSENT = "body:not(:has(form)) :is(h1, [data-done])";

const given = await json(process.stdin);
const browser = await chromium.launch({
  executablePath: given.chromium,
  args: [`--ignore-certificate-errors-spki-list=${given.keys.join(",")}`],
});

try {
  const seen = [];
  for (const person of given.people) {
    const profile = await browser.newContext();
    const tab = await profile.newPage();
    tab.setDefaultTimeout(15_000);
    let status = null;
    tab.on("response", (answer) => {
      if (answer.request().isNavigationRequest() && answer.frame() === tab.mainFrame()) status = answer.status();
    });
    await tab.goto(given.page);
    await tab.fill("input[name=login]", person.name);
    await tab.fill("input[name=passwd]", person.password);
    await tab.click("button[type=submit]");
    await tab.waitForSelector(AFTER_SIGN_IN);
    const consented = (await tab.locator("button[value=accept]").count()) > 0;
    if (consented) {
      await tab.click("button[value=accept]");
      await tab.waitForSelector(AFTER_CONSENT);
    }
    seen.push({ status, address: tab.url(), text: await tab.innerText("body"), consented });
    await profile.close();
  }
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
