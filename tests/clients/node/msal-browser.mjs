// Copyright: (c) 2026, tenantops.entra contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// A person at a browser with single-page.html open. Reads {chromium, key, page, person}, writes what the page told.

import { json } from "node:stream/consumers";
import { chromium } from "playwright-core";

const given = await json(process.stdin);
const browser = await chromium.launch({
  executablePath: given.chromium,
  args: [`--ignore-certificate-errors-spki-list=${given.key}`],
});

try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(15_000);

  /** What the page tells once it has come to this step. */
  async function told(step) {
    await tab.waitForSelector(`#told[data-done="${step}"], #told[data-done="failed"]`);
    return JSON.parse(await tab.textContent("#told"));
  }

  const seen = {};
  await tab.goto(given.page);
  await told("signed out");
  await tab.click("#sign-in");
  await tab.fill("input[name=login]", given.person.name);
  await tab.fill("input[name=passwd]", "wrong");
  await tab.click("button[type=submit]");
  seen.problem = await tab.textContent("[role=alert]");
  await tab.fill("input[name=passwd]", given.person.password);
  await tab.click("button[type=submit]");
  seen.signedIn = await told("signed in");
  seen.address = tab.url();
  await tab.click("#call");
  seen.called = await told("called");
  await tab.reload();
  seen.reloaded = await told("signed in");
  await tab.click("#sign-out");
  seen.signedOut = await told("signed out");
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
