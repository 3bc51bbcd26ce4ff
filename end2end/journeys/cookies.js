import { expect, test } from "../support/journey.js";

const DAY = 24 * 60 * 60;

/** The cookie of that name, apart from its value. */
async function cookie(person, name) {
  const all = await person.page.context().cookies();
  const { value, expires, ...attributes } = all.find((cookie) => cookie.name === name) ?? {};
  return { value, expires, attributes };
}

const attributesOf = (name) => ({
  name,
  domain: "localhost",
  path: "/",
  httpOnly: true,
  secure: false,
  sameSite: "Lax",
});

test("without “Stay signed in” the session ends with the browser", async ({ person }) => {
  await person.register();
  await person.signOut();
  await person.signIn({ stay: false });
  const { value, expires, attributes } = await cookie(person, "latchkey");
  expect(attributes).toEqual(attributesOf("latchkey"));
  expect(expires).toBe(-1);
  expect(value.length).toBeGreaterThanOrEqual(22);
});

test("with “Stay signed in” it outlives the browser", async ({ person }) => {
  await person.register();
  await person.signOut();
  await person.signIn({ stay: true });
  const { expires, attributes } = await cookie(person, "latchkey");
  expect(attributes).toEqual(attributesOf("latchkey"));
  const days = (expires - Date.now() / 1000) / DAY;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThan(30.1);
});

test("the browser's mark survives signing out, the session doesn't", async ({ page, person }) => {
  await person.register();
  const session = await cookie(person, "latchkey");
  const mark = await cookie(person, "latchkey-browser");
  expect(mark.attributes).toEqual(attributesOf("latchkey-browser"));
  expect(mark.expires).toBeGreaterThan(Date.now() / 1000);
  await person.signOut();
  expect((await cookie(person, "latchkey")).value).toBeUndefined();
  expect((await cookie(person, "latchkey-browser")).value).toBe(mark.value);

  // Somebody who kept a copy gains nothing.
  await page.context().addCookies([{ ...session.attributes, value: session.value }]);
  await person.visit("/account");
  expect(new URL(page.url()).pathname).toBe("/login");
});

test("every sign-in gets a session of its own", async ({ page, person }) => {
  await person.register();
  const first = await cookie(person, "latchkey");
  await person.signOut();

  // A session id that somebody planted isn't taken over.
  const planted = { ...attributesOf("latchkey"), value: "A".repeat(first.value.length) };
  await page.context().addCookies([planted]);
  await person.signIn();
  const second = await cookie(person, "latchkey");
  expect([first.value, planted.value]).not.toContain(second.value);
});
