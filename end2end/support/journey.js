import { test as base, expect } from "@playwright/test";

import { Person } from "./person.js";
import { Watch } from "./watch.js";

export { expect };

/**
 * What every journey gets: a `person` of its own at `page`, `anotherBrowser(options)` for a second
 * one, `scripts` (whether JavaScript runs), and a `watch` that fails it on any noise.
 */
export const test = base.extend({
  scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  watch: async ({ baseURL, scripts }, use) => {
    const watch = new Watch(baseURL, scripts);
    await use(watch);
    const { seen, expected } = watch.refusals();
    expect.soft(seen, "answers of 400 and above").toEqual(expected);
    expect.soft(watch.complaints(), "noise of console and network").toEqual([]);
  },

  context: async ({ context, watch }, use) => {
    await watch.listen(context);
    await use(context);
    watch.stop();
  },

  // `context` is named so that it is the first to be set up and the last to be closed.
  anotherBrowser: async ({ browser, context, watch, baseURL, javaScriptEnabled }, use) => {
    const opened = [];
    await use(async (options) => {
      const another = await browser.newContext({ baseURL, javaScriptEnabled, ...options });
      opened.push(another);
      await watch.listen(another);
      return another.newPage();
    });
    watch.stop();
    await Promise.all(opened.map((another) => another.close()));
  },

  person: async ({ page, scripts }, use) => use(new Person(page, { scripts })),
});

/** Expects the error summary to link to the field, and the field to be marked and described. */
export async function expectMistake(person, { label, message }) {
  const summary = person.page.getByRole("alert");
  await expect(summary.getByRole("link", { name: message })).toBeVisible();
  const field = person.field(label);
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(new RegExp(escape(message)));
}

/** `text`, to be found literally by a regular expression. */
export function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
