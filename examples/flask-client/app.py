"""An app that signs people in with Latchkey: the way there, the way back, a protected call, a refresh."""

import base64
import hashlib
import os
import secrets
import time

import jwt
from flask import Flask, redirect, render_template_string, request, session, url_for
from requests_oauthlib import OAuth2Session

ISSUER = os.environ.get("LATCHKEY_ISSUER", "http://localhost:8080")
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
ADDRESS = os.environ.get("APP_ADDRESS", "127.0.0.1:5001")
CALLBACK = f"http://{ADDRESS}/callback"
SCOPE = ["openid", "profile", "email"]

if ISSUER.startswith("http://localhost") or ISSUER.startswith("http://127.0.0.1"):
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # http on this machine alone, while you try it

app = Flask(__name__)
app.secret_key = os.environ.get("APP_SECRET", secrets.token_hex(32))
app.config.update(SESSION_COOKIE_NAME="flask-client", SESSION_COOKIE_SAMESITE="Lax")
keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", timeout=5)

# Tokens stay on this side; the browser's cookie only says which entry is its own. A real app keeps
# these in its database.
tokens = {}

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Notes</title>
<link rel="icon" href="data:,">
<h1>Notes</h1>
{% if person %}
<p id="person">Hello {{ person.name }}, {{ person.email }}.</p>
<p id="expires">Your access token works for {{ seconds }} seconds.</p>
<form method="post" action="{{ url_for('refresh') }}"><button>Refresh</button></form>
<form method="post" action="{{ url_for('leave') }}"><button>Leave</button></form>
{% else %}
<p><a href="{{ url_for('login') }}">Sign in with Latchkey</a></p>
{% endif %}
{% if problem %}<p id="problem">{{ problem }}</p>{% endif %}
</html>"""


def oauth(**more):
    return OAuth2Session(CLIENT_ID, redirect_uri=CALLBACK, scope=SCOPE, **more)


def page(problem=None, status=200):
    entry = tokens.get(session.get("entry"))
    person, seconds = None, 0
    if entry:
        # The protected call: userinfo takes the access token, as an API of yours would.
        answer = oauth(token=entry["token"]).get(f"{ISSUER}/oauth/userinfo", timeout=10)
        if answer.status_code == 200 and answer.json()["sub"] == entry["sub"]:
            person = answer.json()
            seconds = int(entry["token"]["expires_at"] - time.time())
        else:
            problem = problem or "Latchkey has ended this sign-in."
    text = render_template_string(PAGE, person=person, seconds=seconds, problem=problem)
    return text, status, {"Cache-Control": "no-store"}


@app.get("/")
def home():
    return page()


@app.get("/login")
def login():
    nonce, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    address, state = oauth().authorization_url(
        f"{ISSUER}/oauth/authorize",
        nonce=nonce,
        code_challenge=challenge.decode().rstrip("="),
        code_challenge_method="S256",
    )
    session["way"] = {"state": state, "nonce": nonce, "verifier": verifier}
    return redirect(address)


@app.get("/callback")
def callback():
    way = session.pop("way", None)
    if not way or request.args.get("state") != way["state"]:
        return page("This sign-in didn't begin here. Please try again.", 400)
    if request.args.get("iss") != ISSUER:  # RFC 9207: somebody else's answer
        return page("The answer is not from Latchkey.", 400)
    if "error" in request.args:
        return page(f"Latchkey says: {request.args['error']}", 403)
    token = oauth(state=way["state"]).fetch_token(
        f"{ISSUER}/oauth/token",
        code=request.args["code"],
        code_verifier=way["verifier"],
        client_secret=CLIENT_SECRET,
        timeout=10,
    )
    try:
        claims = check(token["id_token"], way["nonce"])
    except jwt.PyJWTError:
        return page("The ID token can't be trusted.", 400)
    session["entry"] = secrets.token_urlsafe(16)
    tokens[session["entry"]] = {"token": token, "sub": claims["sub"]}
    return redirect(url_for("home"))


def check(id_token, nonce):
    """The claims of a genuine ID token for this app (OpenID Connect Core section 3.1.3.7)."""
    key = keys.get_signing_key_from_jwt(id_token)
    claims = jwt.decode(
        id_token,
        key,
        algorithms=["RS256"],
        audience=CLIENT_ID,
        issuer=ISSUER,
        options={"require": ["exp", "iat", "sub", "nonce"]},
    )
    if not secrets.compare_digest(claims["nonce"], nonce):
        raise jwt.InvalidTokenError("the nonce is another one")
    return claims


@app.post("/refresh")
def refresh():
    entry = tokens.get(session.get("entry"))
    if not entry or "refresh_token" not in entry["token"]:
        return page("There is nothing to refresh.", 400)
    way = oauth(token=entry["token"])
    try:
        entry["token"] = way.refresh_token(
            f"{ISSUER}/oauth/token",
            refresh_token=entry["token"]["refresh_token"],
            auth=(CLIENT_ID, CLIENT_SECRET),
            timeout=10,
        )
    except Exception as refused:  # noqa: BLE001 - whatever the reason, the person signs in again
        tokens.pop(session.pop("entry"), None)
        app.logger.info("the refresh token isn't accepted: %s", refused)
        return page("Please sign in again.", 403)
    return redirect(url_for("home"))


@app.post("/leave")
def leave():
    entry = tokens.pop(session.pop("entry", None), None)
    if entry:
        way = oauth(token=entry["token"])
        way.post(
            f"{ISSUER}/oauth/revoke",
            data={"token": entry["token"].get("refresh_token") or entry["token"]["access_token"]},
            auth=(CLIENT_ID, CLIENT_SECRET),
            withhold_token=True,
            timeout=10,
        )
    return redirect(url_for("home"))


if __name__ == "__main__":
    host, _, port = ADDRESS.rpartition(":")
    app.run(host=host, port=int(port))
