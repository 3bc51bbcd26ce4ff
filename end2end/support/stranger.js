import { test as base, expect } from "./journey.js";

export { expect };

/**
 * The provider that is not ours (oidc.js), to which two buttons lead: Stranger, who isn't believed
 * about addresses, and Friend, who is. A person is known there by what stands before the @ of their
 * address, and has that address there.
 */
class Stranger {
  #url;

  constructor(url) {
    this.#url = url;
  }

  /** What a person's name is there. */
  nameOf(person) {
    return `${nickname(person)}'s name`;
  }

  /** The person says who they are. */
  async signIn({ page, ...person }) {
    await this.asksFor(page, "Sign-in");
    await page.getByPlaceholder("Enter any login").fill(nickname(person));
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in", exact: true }).click();
  }

  /** The person, who has just said who they are, lets the provider tell us. */
  async agree({ page }) {
    await this.asksFor(page, "Authorize");
    await page.getByRole("button", { name: "Continue", exact: true }).click();
  }

  async cancel({ page }) {
    await page.getByRole("link", { name: "[ Cancel ]", exact: true }).click();
  }

  /** Waits until it asks the person for something. */
  async asksFor(page, what) {
    await page.waitForURL((url) => url.origin === this.#url);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(what);
  }
}

const nickname = ({ email }) => email.split("@")[0];

export const test = base.extend({
  stranger: async ({ watch }, use) => {
    const url = process.env.LATCHKEY_E2E_PROVIDER_URL;
    if (!url) {
      throw new Error(
        "LATCHKEY_E2E_PROVIDER_URL isn't set. `cargo xtask test` starts the provider and sets it.",
      );
    }
    watch.leadsTo(url);
    await use(new Stranger(url));
  },
});
