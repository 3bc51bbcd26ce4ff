// How Latchkey's access tokens and its revocation feed are judged with jose. Knows no web framework
// and no clock: `now` is in seconds since 1970, `keys` what jose's createLocalJWKSet or
// createRemoteJWKSet made.
//
// jose checks the signature, the issuer, the audience and the times. What it is lenient about is
// checked here: the header, base64url, members named twice, and the types of claims.

import { createHash } from "node:crypto";
import { jwtVerify } from "jose";

const LEEWAY = 30; // by how many seconds clocks may differ
const LONGEST_TOKEN = 8 * 1024;
const LONGEST_FEED = 16 * 1024 * 1024;
const LAST_SECOND = 253402300799; // of the year 9999

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Why a token isn't accepted: for the log. Strangers are told `invalid_token`. */
export class Refused extends Error {}

/** The claims of an access token (RFC 9068) that is genuine, for us and of this time. */
export async function checkToken(token, keys, { issuer, audience }, now) {
  const claims = await open(token, "at+jwt", LONGEST_TOKEN, keys, { issuer, audience }, now);
  for (const name of ["sub", "client_id", "jti"]) text(claims, name);
  if ("sid" in claims) text(claims, "sid");
  refuseIf("scope" in claims && typeof claims.scope !== "string", "scope is malformed");
  const { aud } = claims;
  const all = Array.isArray(aud) ? aud : [aud];
  refuseIf(!all.every((one) => typeof one === "string"), "aud is malformed");
  if ("auth_time" in claims) number(claims, "auth_time", LAST_SECOND);
  if ("epoch" in claims) number(claims, "epoch");
  return claims;
}

/** What a reading of the revocation feed says, if it is genuine and still good. */
export async function checkFeed(token, keys, { issuer }, now) {
  const feed = await open(token, "revocations+jwt", LONGEST_FEED, keys, { issuer }, now);
  number(feed, "seq");
  if ("since" in feed) refuseIf(number(feed, "since") > feed.seq, "the feed counts backwards");
  refuseIf(!Array.isArray(feed.items), "the feed has no items");
  for (const item of feed.items) {
    refuseIf(fromBase64url(text(item, "id")).length !== 16, "an item of the feed is malformed");
    number(item, "exp");
  }
  return feed;
}

/** How the feed names what was revoked: the start of a digest, with nothing between the parts. */
export function entry(label, issuer, name) {
  const digest = createHash("sha256").update(label + issuer + name, "utf8").digest();
  return digest.subarray(0, 16).toString("base64url");
}

async function open(token, typ, longest, keys, expected, now) {
  refuseIf(token.length > longest, "it is too long");
  const parts = token.split(".");
  refuseIf(parts.length !== 3, "it isn't made of three parts");
  const header = jsonObject(parts[0]);
  for (const name of ["crit", "jwk", "jku", "x5c", "x5u"]) {
    refuseIf(name in header, `its header has ${name}`);
  }
  refuseIf(typeof header.kid !== "string", "it doesn't say which key signed it");
  refuseIf(typeof header.typ !== "string", "it is of another type");
  const claims = jsonObject(parts[1]);
  fromBase64url(parts[2]);
  try {
    await jwtVerify(token, keys, {
      ...expected,
      algorithms: ["EdDSA"],
      typ,
      clockTolerance: LEEWAY,
      currentDate: new Date(now * 1000),
    });
  } catch (reason) {
    throw new Refused(reason.message);
  }
  number(claims, "exp", LAST_SECOND);
  if ("nbf" in claims) number(claims, "nbf", LAST_SECOND);
  refuseIf(number(claims, "iat", LAST_SECOND) > now + LEEWAY, "its time hasn't come");
  return claims;
}

function refuseIf(wrong, reason) {
  if (wrong) throw new Refused(reason);
}

function text(claims, name) {
  const value = claims?.[name];
  refuseIf(typeof value !== "string" || value === "", `${name} is missing or malformed`);
  return value;
}

function number(claims, name, most = Number.MAX_SAFE_INTEGER) {
  const value = claims[name];
  const good = Number.isInteger(value) && value >= 0 && value <= most;
  refuseIf(!good, `${name} is missing or malformed`);
  return value;
}

/** Bytes in the one way to write them: no padding, no stray bits, no other letters. */
function fromBase64url(part) {
  const bytes = Buffer.from(part, "base64url");
  refuseIf(bytes.toString("base64url") !== part, "a part isn't base64url");
  return bytes;
}

/** One part as JSON. Readers would disagree about a member that stands there twice. */
function jsonObject(part) {
  let json, members;
  try {
    json = strictUtf8.decode(fromBase64url(part));
    members = JSON.parse(json);
  } catch {
    throw new Refused("a part isn't JSON");
  }
  const isObject = typeof members === "object" && members !== null && !Array.isArray(members);
  refuseIf(!isObject, "a part isn't a JSON object");
  const names = outerNames(json);
  refuseIf(new Set(names).size !== names.length, "it names a member twice");
  return members;
}

/** The names of an object's own members, as often as they stand there. `json` is known to be JSON. */
function outerNames(json) {
  const names = [];
  let depth = 0;
  // Texts, with the colon behind them if they are names, and whatever opens and closes.
  for (const [found, name, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*(:?)|[{}[\]]/g)) {
    if (found === "{" || found === "[") depth += 1;
    else if (found === "}" || found === "]") depth -= 1;
    else if (colon && depth === 1) names.push(JSON.parse(name));
  }
  return names;
}
