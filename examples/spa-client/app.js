/** A page that signs people in with Latchkey, without a server of its own: PKCE takes the secret's place. */
import * as oauth from "oauth4webapi";

const { issuer, clientId } = await (await fetch("/settings.json")).json();
const client = { client_id: clientId };
const redirectUri = `${location.origin}/`;
// http on this machine alone, while you try it.
const options = { [oauth.allowInsecureRequests]: new URL(issuer).protocol === "http:" };

const said = document.getElementById("said");
const show = (text, ...buttons) => {
  said.textContent = text;
  for (const id of ["sign-in", "again", "leave"]) {
    document.getElementById(id).hidden = !buttons.includes(id);
  }
};

const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oidc", ...options });
const server = await oauth.processDiscoveryResponse(new URL(issuer), found);

/** What this page knows, for as long as it is open: tokens never reach the browser's storage. */
let tokens;

async function signIn() {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  sessionStorage.setItem("way", JSON.stringify({ verifier, state, nonce }));
  const address = new URL(server.authorization_endpoint);
  address.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid profile",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  location.assign(address);
}

async function comeBack(way) {
  const params = oauth.validateAuthResponse(server, client, new URL(location.href), way.state);
  history.replaceState(null, "", "/");
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    params,
    redirectUri,
    way.verifier,
    options,
  );
  tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: way.nonce,
    requireIdToken: true,
  });
  await greet();
}

async function greet() {
  const { sub } = oauth.getValidatedIdTokenClaims(tokens) ?? { sub: oauth.skipSubjectCheck };
  const answer = await oauth.userInfoRequest(server, client, tokens.access_token, options);
  const person = await oauth.processUserInfoResponse(server, client, sub, answer);
  show(`Hello ${person.name}.`, "again", "leave");
}

async function askAgain() {
  const answer = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    tokens.refresh_token,
    options,
  );
  tokens = await oauth.processRefreshTokenResponse(server, client, answer);
  await greet();
}

async function leave() {
  const token = tokens.refresh_token ?? tokens.access_token;
  const answer = await oauth.revocationRequest(server, client, oauth.None(), token, options);
  await oauth.processRevocationResponse(answer);
  tokens = undefined;
  show("You have left.", "sign-in");
}

/** Does one thing at a time: the buttons are gone until it has ended. */
const guarded = (act) => async () => {
  show("One moment…");
  try {
    await act();
  } catch (problem) {
    show(`It didn't work: ${problem.error ?? problem.message}`, "sign-in");
  }
};

document.getElementById("sign-in").onclick = guarded(signIn);
document.getElementById("again").onclick = guarded(askAgain);
document.getElementById("leave").onclick = guarded(leave);

const way = JSON.parse(sessionStorage.getItem("way"));
sessionStorage.removeItem("way");
if (way && location.search) {
  await guarded(() => comeBack(way))();
} else {
  show("Nobody is signed in.", "sign-in");
}
