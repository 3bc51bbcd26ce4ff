/**
 * An OpenID provider that is not ours, for the tests of signing in with one: oidc-provider, certified
 * by the OpenID Foundation. It listens on 127.0.0.1, on a port that it names in its first line of
 * standard output, and ends with its standard input.
 *
 * The one argument is JSON: the only `authentication` that it takes from clients, the `algorithm` by
 * which it signs, and `client` (one or a list), `secret` and `redirectUris` of its clients. Its own
 * pages for development ask whom to sign in: any name is somebody, with a verified address.
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

// What the provider warns of on its own is not for standard output.
console.info = console.warn = console.log = console.error;
const { default: Provider } = await import("oidc-provider");

const { authentication, algorithm, client, secret, redirectUris } = JSON.parse(process.argv[2]);
const key = (kind, options) => generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" });
const keys = {
  RS256: () => key("rsa", { modulusLength: 2048 }),
  PS256: () => key("rsa", { modulusLength: 2048 }),
  ES256: () => key("ec", { namedCurve: "P-256" }),
  EdDSA: () => key("ed25519"),
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client].flat().map((id) => ({
      client_id: id,
      ...(authentication !== "none" && { client_secret: secret }),
      redirect_uris: redirectUris,
      token_endpoint_auth_method: authentication,
      id_token_signed_response_alg: algorithm,
    })),
    clientAuthMethods: [authentication],
    enabledJWA: { idTokenSigningAlgValues: [algorithm] },
    jwks: { keys: [{ ...keys[algorithm](), use: "sig", alg: algorithm }] },
    cookies: { keys: ["only for tests"] },
    claims: {
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
    },
    findAccount: (ctx, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        name: `${sub}'s name`,
        preferred_username: sub,
        email: `${sub}@example.com`,
        email_verified: true,
      }),
    }),
  });
  // Its pages want a font of another site, which no test may visit, and an icon that isn't there.
  provider.use(async (ctx, next) => {
    if (ctx.path === "/favicon.ico") return (ctx.status = 204);
    await next();
    if (ctx.type === "text/html") ctx.body = ctx.body.replace(/@import url\([^)]*\);/, "");
  });
  server.on("request", provider.callback());
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});

process.stdin.resume().on("close", () => process.exit(0));
