import { expect, expectMistake, test } from "../support/journey.js";

const PHONES = [320, 390];

/** No word sticks out of its box, and the page doesn't scroll sideways. */
async function expectToFit(page) {
  for (const width of PHONES) {
    await page.setViewportSize({ width, height: 844 });
    const tooWide = await page.evaluate(() => {
      const inside = document.documentElement.clientWidth;
      const boxes = [...document.querySelectorAll("h1, h2, p, a, button, label, dt, dd, select")];
      const wide = boxes.filter(
        (box) => box.checkVisibility() && box.getBoundingClientRect().right > inside + 1,
      );
      return {
        scrolls: document.documentElement.scrollWidth - inside,
        words: wide.map((box) => box.textContent),
      };
    });
    expect.soft(tooWide, `${page.url()} at ${width} px`).toEqual({ scrolls: 0, words: [] });
  }
}

test("a German browser gets German pages and hears of mistakes in German", async ({
  person,
  anotherBrowser,
  watch,
}) => {
  const ada = person.at(await anotherBrowser({ locale: "de-AT" }));
  for (const path of ["/", "/signup", "/login", "/forgot-password", "/forgot-password/check-email"]) {
    await ada.visit(path);
    await expect(ada.page.locator("html")).toHaveAttribute("lang", "de");
    await expectToFit(ada.page);
  }
  watch.expectRefusals("422 POST /login");
  await ada.visit("/login");
  await ada.press("Anmelden");
  await expectMistake(ada, { label: "E-Mail", message: "Gib deine E-Mail-Adresse ein." });
  await expect(ada.page).toHaveTitle("Fehler: Anmelden · Latchkey");
  await expectToFit(ada.page);
});

test("a language that was chosen stays with the account", async ({ person, page }) => {
  await person.register();
  await person.visit("/account/profile");
  await expect(person.field("Language")).toHaveValue("auto");
  await person.field("Language").selectOption("Deutsch");
  await person.press("Save");
  await expect(page.getByRole("status")).toHaveText("Dein Profil ist gespeichert.");
  await expect(person.field("Sprache")).toHaveValue("de");
  for (const path of ["/account", "/account/profile", "/account/security", "/account/sessions"]) {
    await person.visit(path);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expectToFit(page);
  }

  await person.press("Abmelden");
  await person.arriveAt("/");
  await person.signIn();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hallo, ${person.name}`);

  await person.visit("/account/profile");
  await person.field("Sprache").selectOption("Automatisch (aus deinem Browser)");
  await person.press("Speichern");
  await expect(page.getByRole("status")).toHaveText("Your profile is saved.");
});
