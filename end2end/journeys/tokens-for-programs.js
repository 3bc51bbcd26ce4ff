import { call, expect, test } from "../support/apis.js";
import { expectMistake } from "../support/journey.js";

const list = (page) => page.getByRole("main").getByRole("list").first();

/** The same token with another signature: one of its characters is changed. */
function forged(token) {
  const place = token.length - 10;
  const other = token[place] === "A" ? "B" : "A";
  return token.slice(0, place) + other + token.slice(place + 1);
}

/** Fills in the form and gives the token that is shown. */
async function create(person, { name, scopes }) {
  await person.visit("/account/tokens");
  await person.fill({ "Token name": name });
  for (const scope of scopes) {
    await person.page.locator(`input[value="${scope}"]`).check();
  }
  await person.press("Create token");
  await expect(person.page.getByRole("heading", { level: 1 })).toHaveText("Your new token");
  return (await person.page.locator("#token-text").textContent()).trim();
}

test("a token opens other people's APIs until it is revoked, and then within two seconds no more", async ({
  page,
  person,
  apis,
}) => {
  await person.register();
  const token = await create(person, { name: "Backup script", scopes: ["data:read"] });
  const other = await create(person, { name: "No data", scopes: ["profile:read"] });
  for (const api of apis) {
    expect((await call(api)).status).toBe(401);
    const answer = await call(api, token);
    expect(answer.status).toBe(200);
    expect((await answer.json()).client).toBe("latchkey-tokens");
    // It is for another API: no scope is asked for.
    expect((await call(api, other)).status).toBe(401);
    expect((await call(api, forged(token))).status).toBe(401);
  }

  await person.visit("/account/tokens");
  const entry = list(page).getByRole("listitem").filter({ hasText: "Backup script" });
  await entry.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("status")).toHaveText("The token is revoked.");
  const revoked = Date.now();
  await Promise.all(
    apis.map(async (api) => {
      let answer = await call(api, token);
      while (answer.status !== 401 && Date.now() - revoked < 2000) {
        answer = await call(api, token);
      }
      expect(answer.status, api).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
    }),
  );
  await expect(list(page)).not.toContainText("Backup script");
  await expect(list(page)).toContainText("No data");
});

test("what a token is to be is asked for, and mistakes are explained", async ({ page, person, watch }) => {
  watch.expectRefusals("422 POST /account/tokens", "422 POST /account/tokens");
  await person.register();
  await person.visit("/account/tokens");
  await expect(page.getByRole("main")).toContainText("You have no tokens yet");
  await person.press("Create token");
  await expectMistake(person, { label: "Token name", message: "Enter a name for the token." });
  await person.fill({ "Token name": "Nightly" });
  await page.locator('input[value="profile:read"]').check();
  await person.field("Expires").selectOption("date");
  await person.field("Last day").fill("2001-01-01");
  await person.press("Create token");
  await expectMistake(person, { label: "Last day", message: "That day is over." });
  await expect(person.field("Token name")).toHaveValue("Nightly");
  await expect(page.locator('input[value="profile:read"]')).toBeChecked();
  await person.field("Expires").selectOption("7");
  await person.press("Create token");
  await expect(page.getByRole("main")).toContainText("it is shown only this once");
});

test("a token is copied by one press", { tag: "@js" }, async ({ page, person, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await person.register();
  const token = await create(person, { name: "Copied", scopes: ["profile:read"] });
  await person.button("Copy").first().click();
  await expect(person.button("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
});

test("all tokens are revoked at once, and one can be looked into", async ({ page, person }) => {
  await person.register();
  const token = await create(person, { name: "One", scopes: ["profile:read"] });
  await create(person, { name: "Two", scopes: ["profile:read"] });
  const look = async () => {
    await person.visit("/account/tokens/view");
    await person.fill({ Token: token });
    await person.press("Show what it says");
    return page.getByRole("main");
  };
  await expect(await look()).toContainText("It is genuine, and it works now.");
  await expect(await look()).toContainText("latchkey-tokens");
  await person.visit("/account/tokens");
  await page.getByRole("link", { name: "Revoke all tokens" }).click();
  await expect(page.getByRole("main")).toContainText("your 2 tokens");
  await person.press("Revoke all tokens");
  await expect(page.getByRole("status")).toHaveText("All your tokens are revoked.");
  await expect(await look()).toContainText("It was revoked.");
});
