import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { test as base, expect } from "./journey.js";

export { expect };

const example = (path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

const KINDS = {
  flask: () => [process.env.LATCHKEY_E2E_PYTHON ?? "python3", example("flask-client/app.py")],
  spa: () => [process.execPath, example("spa-client/serve.mjs")],
};

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function answers(url) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${url} doesn't answer`);
}

/**
 * Every journey gets `startApp(kind, address, settings)`: starts an example app beside the server and
 * gives its address. The apps end with the journey.
 */
export const test = base.extend({
  startApp: async ({ baseURL, watch }, use) => {
    const running = [];
    await use(async (kind, address, settings) => {
      const [program, ...words] = KINDS[kind]();
      const env = { ...process.env, LATCHKEY_ISSUER: baseURL, APP_ADDRESS: address, ...settings };
      const app = spawn(program, words, { env, stdio: ["ignore", "ignore", "inherit"] });
      running.push(app);
      const url = `http://${address}`;
      watch.leadsTo(url);
      await answers(`${url}/`);
      return url;
    });
    for (const app of running) {
      const ended = new Promise((over) => app.on("exit", over));
      if (app.exitCode === null) app.kill();
      await ended;
    }
  },
});

/** Registers an app on the page for that, and gives its id and secret. */
export async function register(person, { name, redirectUris, kind, grants, scopes, path = "/account/clients" }) {
  await person.visit(path);
  await person.fill({ "Application name": name, "Redirect URIs": redirectUris.join("\n") });
  await person.field("Where it runs").selectOption(kind);
  for (const box of await person.page.locator('input[name="grant"]').all()) {
    await box.setChecked(grants.includes(await box.getAttribute("value")));
  }
  for (const box of await person.page.locator('input[name="scope"]').all()) {
    await box.setChecked(scopes.includes(await box.getAttribute("value")));
  }
  await person.press("Register application");
  await expect(person.page.getByRole("heading", { level: 1 })).toHaveText("The app is registered");
  const shown = async (id) => {
    const code = person.page.locator(id);
    return (await code.count()) ? (await code.textContent()).trim() : undefined;
  };
  return { id: await shown("#client-id"), secret: await shown("#client-secret") };
}
