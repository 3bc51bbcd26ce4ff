import { createServer } from "node:http";

import * as openid from "openid-client";

import { expect, freePort, register, test } from "../support/apps.js";

const SIGNS_IN = ["authorization_code", "refresh_token"];

/** Listens on a port, and tells at which address a browser comes back there. */
async function landing(port) {
  let come;
  const landed = new Promise((address) => (come = address));
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<title>Back</title><link rel=icon href=data:,>");
    server.close();
    come(new URL(request.url, `http://127.0.0.1:${port}`));
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  return () => landed;
}

async function says(page, text) {
  await expect(page.locator("body")).toContainText(text);
}

test("an app on a server signs somebody in, refreshes, and is sent away on the apps page", async ({
  page,
  person,
  startApp,
  anotherBrowser,
  watch,
}) => {
  watch.expectRefusals("403 GET /callback");
  await person.register();
  const address = `127.0.0.1:${await freePort()}`;
  const { id, secret } = await register(person, {
    name: "Notes",
    redirectUris: [`http://${address}/callback`],
    kind: "client_secret",
    grants: SIGNS_IN,
    scopes: ["openid", "profile", "email"],
  });
  const app = await startApp("flask", address, { CLIENT_ID: id, CLIENT_SECRET: secret });

  // In a browser that isn't signed in: over the door, and back here.
  const somewhere = await anotherBrowser();
  const elsewhere = person.at(somewhere);
  await somewhere.goto(app);
  await somewhere.getByRole("link", { name: "Sign in with Latchkey" }).click();
  await elsewhere.arriveAt("/login");
  await elsewhere.fill({ Email: person.email, Password: person.password });
  await elsewhere.press("Sign in");
  await elsewhere.arriveAt("/oauth/authorize");
  await says(somewhere, "Let Notes use your account?");
  await says(somewhere, person.email);
  await elsewhere.press("Allow");
  await somewhere.waitForURL(`${app}/`);
  await says(somewhere, `Hello ${person.name}, ${person.email}.`);
  await somewhere.getByRole("button", { name: "Refresh" }).click();
  await says(somewhere, `Hello ${person.name}`);

  await person.visit("/account/apps");
  const entry = page.getByRole("main").getByRole("listitem").filter({ hasText: "Notes" }).first();
  await expect(entry).toContainText("email address");
  await page.getByRole("button", { name: "Remove access of Notes" }).click();
  await expect(page.getByRole("status")).toHaveText("The app's access was removed.");
  await somewhere.goto(app);
  await says(somewhere, "Latchkey has ended this sign-in.");
  // Asked again, and this time it is a no.
  await somewhere.getByRole("link", { name: "Sign in with Latchkey" }).click();
  await elsewhere.arriveAt("/oauth/authorize");
  await elsewhere.press("Don't allow");
  await says(somewhere, "Latchkey says: access_denied");
});

test("a page without a server signs somebody in by PKCE @js", async ({ page, person, startApp, watch }) => {
  // The library doesn't read an answer that says nothing.
  watch.excuse(/ERR_ABORTED .*\/oauth\/revoke$/);
  await person.register();
  const address = `127.0.0.1:${await freePort()}`;
  const { id, secret } = await register(person, {
    name: "Notes in the browser",
    redirectUris: [`http://${address}/`],
    kind: "none",
    grants: SIGNS_IN,
    scopes: ["openid", "profile"],
  });
  expect(secret).toBeUndefined();
  const app = await startApp("spa", address, { CLIENT_ID: id });
  await page.goto(app);
  await page.getByRole("button", { name: "Sign in with Latchkey" }).click();
  await person.arriveAt("/oauth/authorize");
  await person.press("Allow");
  await expect(page.getByRole("status")).toHaveText(`Hello ${person.name}.`);
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect(page.getByRole("status")).toHaveText(`Hello ${person.name}.`);
  await page.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("status")).toHaveText("You have left.");
});

test("openid-client discovers, signs in, refreshes, introspects and revokes", async ({
  page,
  person,
  baseURL,
  watch,
}) => {
  await person.register();
  const port = await freePort();
  const redirectUri = `http://127.0.0.1:${port}/back`;
  const { id, secret } = await register(person, {
    name: "By the book",
    redirectUris: [redirectUri],
    kind: "client_secret",
    grants: SIGNS_IN,
    scopes: ["openid", "email", "offline_access"],
  });
  const config = await openid.discovery(new URL(baseURL), id, secret, undefined, {
    execute: [openid.allowInsecureRequests],
  });
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid email offline_access",
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    prompt: "consent",
  });
  watch.leadsTo(redirectUri);
  const landed = await landing(port);
  await page.goto(address.href);
  await person.press("Allow");
  const back = await landed();

  const tokens = await openid.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const { sub } = tokens.claims();
  const told = await openid.fetchUserInfo(config, tokens.access_token, sub);
  expect(told).toEqual({ sub, email: person.email, email_verified: true });
  const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
  expect(next.claims().sub).toBe(sub);
  const inspected = await openid.tokenIntrospection(config, next.access_token);
  expect(inspected).toMatchObject({ active: true, client_id: id, sub });
  await openid.tokenRevocation(config, next.refresh_token);
  expect(await openid.tokenIntrospection(config, next.access_token)).toEqual({ active: false });
  await expect(openid.refreshTokenGrant(config, next.refresh_token)).rejects.toMatchObject({
    error: "invalid_grant",
  });
});
