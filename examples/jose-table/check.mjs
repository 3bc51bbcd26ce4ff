// Holds latchkey-tokens.mjs to the table of good and bad tokens that every verifier is held to.

import { readFile } from "node:fs/promises";
import { createLocalJWKSet } from "jose";
import { checkFeed, checkToken, entry, Refused } from "./latchkey-tokens.mjs";

const path = new URL("../../verify/tests/table/tokens.json", import.meta.url);
const table = JSON.parse(await readFile(path, "utf8"));
const keys = createLocalJWKSet(table.key_set);
const wrong = [];

for (const row of table.rows) {
  const check = row.typ === "at+jwt" ? checkToken : checkFeed;
  let judged = "ok";
  try {
    await check(row.jws, keys, table, row.now);
  } catch (reason) {
    if (!(reason instanceof Refused)) throw reason;
    judged = `refused: ${reason.message}`;
  }
  if ((judged === "ok") !== (row.expected === "ok")) {
    wrong.push(`${row.name}: expected ${row.expected}, got ${judged}`);
  }
}

const computed = (of) => {
  if (of.of === "token") return entry("jti", table.issuer, of.jti);
  if (of.of === "session") return entry("sid", table.issuer, of.sid);
  return entry("sub", table.issuer, `${of.sub}${of.epoch}`);
};
for (const of of table.entries) {
  if (computed(of) !== of.entry) wrong.push(`entry ${JSON.stringify(of)}`);
}

for (const line of wrong) console.log(line);
const count = table.rows.length + table.entries.length;
console.log(`jose: ${count - wrong.length} of ${count} rows as expected`);
process.exitCode = wrong.length ? 1 : 0;
