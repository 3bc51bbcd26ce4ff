import { expect, test } from "../support/journey.js";

const ELSEWHERE = "http://elsewhere.test/";

for (const [action, fields] of [
  ["/logout", {}],
  ["/login", { email: "mallory@example.com", password: "a session of mallory's own" }],
  ["/account/sessions", { end: "others" }],
]) {
  test(`a form on another site that posts to ${action} is refused`, async ({
    page,
    person,
    baseURL,
    watch,
  }) => {
    watch.expectRefusals(`403 POST ${action}`);
    watch.excuse(/^request to another site: http:\/\/elsewhere\.test\//);
    await person.register();

    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    const form = `<form method="post" action="${new URL(action, baseURL)}">${inputs.join("")}
      <button>Win a prize</button></form>`;
    await page.route(ELSEWHERE, (route) =>
      route.fulfill({ contentType: "text/html; charset=utf-8", body: `<!DOCTYPE html>${form}` }),
    );
    await page.goto(ELSEWHERE);
    await page.getByRole("button", { name: "Win a prize" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This came from another site");

    await person.visit("/account");
    await expect(page.getByRole("main")).toContainText(person.email);
  });
}
