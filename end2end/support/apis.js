import { test as base, expect } from "./journey.js";

export { expect };

/** The addresses of the example APIs beside each server: `cargo xtask test` starts them. */
const beside = JSON.parse(process.env.LATCHKEY_E2E_APIS ?? "{}");

/** Every journey gets `apis`: the example APIs, by their addresses, that take this server's tokens. */
export const test = base.extend({
  apis: async ({ baseURL }, use) => {
    const apis = beside[baseURL];
    if (!apis?.length) {
      throw new Error("LATCHKEY_E2E_APIS names no API beside this server");
    }
    await use(apis);
  },
});

/** Calls an API with a token. */
export async function call(api, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return fetch(`${api}/api/data`, { headers });
}
