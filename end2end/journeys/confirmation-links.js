import { expect, test } from "../support/journey.js";

const heading = (page) => page.getByRole("heading", { level: 1 });

test("looking at a link doesn't use it", async ({ page, person, request }) => {
  await person.signUp();
  const link = await person.newestLink();
  // A mail scanner, then the person, twice.
  for (const method of ["GET", "HEAD", "GET"]) {
    expect((await request.fetch(link, { method })).status()).toBe(200);
  }
  await person.visit(link);
  await person.visit(link);
  await person.press("Confirm email");
  await person.arriveAt("/account");
  await expect(heading(page)).toHaveText(`Hello, ${person.name}`);
});

test("a used link says so", async ({ page, person, watch }) => {
  watch.expectRefusals("410 GET /verify-email");
  await person.signUp();
  const link = await person.newestLink();
  await person.visit(link);
  await person.press("Confirm email");
  await person.arriveAt("/account");

  await person.visit(link);
  await expect(heading(page)).toHaveText("This link has been used");
  await page.getByRole("main").getByRole("link", { name: "Go to your account" }).click();
  await person.arriveAt("/account");
});

test("a link that is used while its page is open says so", async ({
  page,
  person,
  anotherBrowser,
  scripts,
  watch,
}) => {
  // The script leaves it to the browser to show an answer that is another page.
  watch.expectRefusals(...Array(scripts ? 2 : 1).fill("410 POST /verify-email"));
  await person.signUp();
  const link = await person.newestLink();
  await person.visit(link);
  const elsewhere = person.at(await anotherBrowser());
  await elsewhere.visit(link);
  await elsewhere.fill({ Password: person.password });
  await elsewhere.press("Confirm email");
  await elsewhere.arriveAt("/login");

  await person.press("Confirm email");
  await expect(heading(page)).toHaveText("This link has been used");
  await expect(person.button("Confirm email")).toHaveCount(0);
});

test("unknown and cut-off links are not found", async ({ page, person, watch }) => {
  await person.signUp();
  const link = await person.newestLink();
  const links = [link.slice(0, -7), `${link}x`, link.replace(/token=.*/, "token=unknown")];
  for (const wrong of links) {
    watch.expectRefusals("404 GET /verify-email");
    await person.visit(wrong);
    await expect(heading(page)).toHaveText("This link doesn't work");
    await expect(person.button("Confirm email")).toHaveCount(0);
  }
});

test("a later sign-up replaces an earlier one", async ({ page, person, watch }) => {
  watch.expectRefusals("404 GET /verify-email");
  await person.signUp({ password: "an intruder planted this one" });
  const earlier = await person.newestLink();
  await person.signUp({ email: person.email.toUpperCase() });
  const later = await person.newestLink();
  expect(later).not.toBe(earlier);

  await person.visit(earlier);
  await expect(heading(page)).toHaveText("This link doesn't work");
  await person.visit(later);
  await person.press("Confirm email");
  await person.arriveAt("/account");
  await person.signOut();
  await person.signIn();
});
