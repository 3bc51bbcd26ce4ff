import { expect, test } from "../support/journey.js";

test("every island in the pages is in the bundle", { tag: "@js" }, async ({
  page,
  person,
  request,
}) => {
  await person.signUp();
  const link = await person.newestLink();
  for (const path of ["/login", "/signup", link]) {
    await person.visit(path);
    const islands = await page
      .locator("leptos-island")
      .evaluateAll((elements) => elements.map((element) => element.dataset.component));
    expect(islands).not.toEqual([]);
    const scripts = await page
      .locator("link[rel=modulepreload], script[src]")
      .evaluateAll((elements) => elements.map((element) => element.href ?? element.src));
    const answers = await Promise.all(scripts.map((script) => request.get(script)));
    const bundle = (await Promise.all(answers.map((answer) => answer.text()))).join("\n");
    for (const island of islands) expect(bundle).toContain(`export function ${island}(`);
  }
});

test("what the pages load may be kept for ever", { tag: "@js" }, async ({ page, person }) => {
  const assets = [];
  page.on("response", (response) => {
    if (new URL(response.url()).pathname.startsWith("/assets/")) assets.push(response);
  });
  await person.visit("/login");
  const kinds = new Set(assets.map((asset) => asset.url().split(".").at(-1)));
  expect([...kinds].sort()).toEqual(expect.arrayContaining(["css", "js", "wasm"]));
  for (const asset of assets) {
    const headers = asset.headers();
    expect(headers["cache-control"], asset.url()).toBe("public, max-age=31536000, immutable");
    expect(headers["vary"], asset.url()).toMatch(/accept-encoding/i);
    expect(headers["x-content-type-options"], asset.url()).toBe("nosniff");
  }
});

test("pages without forms of ours load no scripts", { tag: "@js" }, async ({ page, person }) => {
  await person.register();
  const scripts = [];
  page.on("request", (request) => {
    if (/\.(js|wasm)$/.test(new URL(request.url()).pathname)) scripts.push(request.url());
  });
  for (const path of ["/account", "/account/sessions", "/dev/outbox", "/signup/check-email"]) {
    await person.visit(path);
  }
  await person.signOut();
  expect(scripts).toEqual([]);
});
