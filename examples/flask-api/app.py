"""An API that takes Latchkey's tokens: `GET /api/data` with the scope `data:read`."""

import http.client
import json
import logging
import os
import threading
import time
import urllib.request
from functools import wraps

import jwt
from flask import Flask, Response, g, request

import latchkey_tokens as tokens
from latchkey_tokens import Refused

ISSUER = os.environ.get("LATCHKEY_ISSUER", "http://localhost:8080")
AUDIENCE = "https://api.example.com"  # the name of this API in Latchkey's configuration

log = logging.getLogger("api")
app = Flask(__name__)
keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", timeout=5, cooldown_duration=10)
revocations = tokens.Revocations()


def find_key(kid):
    try:
        return keys.get_signing_key(kid)
    except jwt.exceptions.PyJWKClientConnectionError:
        raise
    except jwt.PyJWTError:
        raise Refused("its key isn't known") from None


def require_scope(scope):
    """Lets a request through that brings a good token with this scope, by RFC 6750."""

    def decorate(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if "," in token:  # two headers, which a WSGI server joins by a comma
                detail = "There is more than one Authorization header"
                return problem(400, "invalid_request", detail)
            if scheme.lower() != "bearer":
                return problem(401, None, "An access token is needed")
            now = int(time.time())
            try:
                g.claims = tokens.check_token(token.strip(" "), find_key, ISSUER, AUDIENCE, now)
                revocations.check(g.claims, now)
            except Refused as reason:
                log.info("An access token isn't accepted: %s", reason)
                return problem(401, "invalid_token", "The access token isn't accepted")
            except jwt.exceptions.PyJWKClientConnectionError as trouble:
                log.warning("The key set can't be had: %s", trouble)
                return problem(503, None, "Access tokens can't be checked at the moment")
            if scope not in g.claims.get("scope", "").split(" "):
                detail = "The access token's scopes don't cover this"
                return problem(403, "insufficient_scope", detail, f', scope="{scope}"')
            return view(*args, **kwargs)

        return guarded

    return decorate


def problem(status, error, detail, more=""):
    """An answer as RFC 9457 wants it, with the challenge of RFC 6750."""
    title = http.client.responses[status]
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    challenge = "Bearer"
    if error:
        body |= {"type": "https://www.rfc-editor.org/rfc/rfc6750#section-3.1", "error": error}
        challenge += f' error="{error}"{more}'
    headers = {"Cache-Control": "no-store"}
    if status != 503:
        headers["WWW-Authenticate"] = challenge
    return Response(json.dumps(body), status, headers, content_type="application/problem+json")


@app.get("/api/data")
@require_scope("data:read")
def data():
    return {
        "message": "This is for your eyes.",
        "subject": g.claims["sub"],
        "client": g.claims["client_id"],
    }


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


web = urllib.request.build_opener(NoRedirects)


def read_feed(since):
    """Reads what was revoked after `since`, or everything; False when something is missing."""
    query = "" if since is None else f"?since={since}"
    address = f"{ISSUER}/api/v1/revocations{query}"
    asked = urllib.request.Request(address, headers={"Accept": "application/jwt"})
    with web.open(asked, timeout=5) as answer:
        body = answer.read(tokens.LONGEST_FEED + 1).decode("ascii")
    now = int(time.time())
    return revocations.apply(tokens.check_feed(body.strip(), find_key, ISSUER, now), now)


def follow_feed():
    """Asks every second; after failures less and less often, every 15 seconds at least."""
    pause = 1
    while True:
        try:
            if not read_feed(revocations.seq):
                read_feed(None)
            pause = 1
            time.sleep(1)
        except Exception as trouble:
            log.warning("The revocation feed can't be followed: %s", trouble)
            time.sleep(pause)
            pause = min(pause * 2, 15)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    threading.Thread(target=follow_feed, daemon=True).start()
    host, _, port = os.environ.get("API_ADDRESS", "127.0.0.1:5002").rpartition(":")
    app.run(host, int(port))
