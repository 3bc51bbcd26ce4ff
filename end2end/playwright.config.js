import { defineConfig } from "@playwright/test";

import { launchOptions } from "./support/chromium.js";

const address = (name) => {
  const url = process.env[name];
  if (!url) {
    throw new Error(`${name} isn't set. \`cargo xtask test\` starts the servers and sets it.`);
  }
  return url;
};

const databases = {
  sqlite: address("LATCHKEY_E2E_SQLITE_URL"),
  postgres: address("LATCHKEY_E2E_POSTGRES_URL"),
};

export default defineConfig({
  testDir: "journeys",
  testMatch: "**/*.js",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: { launchOptions, trace: "off", video: "off", screenshot: "off" },
  // Every journey runs four times. A tag keeps one out of the half where it has nothing to show.
  projects: Object.entries(databases).flatMap(([database, baseURL]) => [
    { name: `${database}-js`, grepInvert: /@plain/, use: { baseURL } },
    { name: `${database}-plain`, grepInvert: /@js/, use: { baseURL, javaScriptEnabled: false } },
  ]),
});
