"""How Latchkey's access tokens and its revocation feed are judged.

Knows no web framework and no clock: `now` is in seconds since 1970. PyJWT checks the signature, the
issuer and the audience. What it is lenient about is checked here: the header, base64url, members
named twice, the types of claims, and times.
"""

import base64
import binascii
import hashlib
import json
import threading

import jwt

LEEWAY = 30  # by how many seconds clocks may differ
LONGEST_LEEWAY = 120  # by how many they may differ for any verifier
STALE_AFTER = 60  # how old, in seconds, the copy of the feed may grow
SHORT_LIFE = 600  # how long, in seconds, a token may live that passes a stale copy
LONGEST_TOKEN = 8 * 1024
LONGEST_FEED = 16 * 1024 * 1024
LAST_SECOND = 253402300799  # of the year 9999


class Refused(Exception):
    """Why a token isn't accepted: for the log. Strangers are told `invalid_token`."""


def check_token(token, find_key, issuer, audience, now):
    """The claims of an access token (RFC 9068) that is genuine, for us and of this time.

    `find_key` gives the `jwt.PyJWK` of a `kid`, or raises. Whether the token was revoked is for
    `Revocations` to say.
    """
    claims = open_token(token, "at+jwt", LONGEST_TOKEN, find_key, issuer, audience)
    for name in ("sub", "client_id", "jti"):
        text(claims, name, required=True)
    text(claims, "sid")
    if not isinstance(claims.get("scope", ""), str):
        raise Refused("scope is malformed")
    number(claims, "auth_time", most=LAST_SECOND)
    number(claims, "epoch")
    check_times(claims, now)
    return claims


def check_feed(token, find_key, issuer, now):
    """What a reading of the revocation feed says, if it is genuine and still good."""
    feed = open_token(token, "revocations+jwt", LONGEST_FEED, find_key, issuer, None)
    number(feed, "seq", required=True)
    number(feed, "since")
    if feed.get("since", 0) > feed["seq"]:
        raise Refused("the feed counts backwards")
    if not isinstance(feed.get("items"), list):
        raise Refused("the feed has no items")
    for item in feed["items"]:
        if not isinstance(item, dict) or len(from_base64url(text(item, "id", required=True))) != 16:
            raise Refused("an item of the feed is malformed")
        number(item, "exp", required=True)
    check_times(feed, now)
    return feed


def open_token(token, kind, longest, find_key, issuer, audience):
    """The claims of a token whose header and signature are as they should be."""
    if len(token) > longest:
        raise Refused("it is too long")
    parts = token.split(".")
    if len(parts) != 3:
        raise Refused("it isn't made of three parts")
    header = json_object(parts[0])
    for name in ("crit", "jwk", "jku", "x5c", "x5u"):
        if name in header:
            raise Refused(f"its header has {name}")
    if header.get("alg") != "EdDSA":
        raise Refused("its algorithm isn't allowed")
    typ = header.get("typ")
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != kind:
        raise Refused("it is of another type")
    if not isinstance(header.get("kid"), str):
        raise Refused("it doesn't say which key signed it")
    key = find_key(header["kid"])
    claims = json_object(parts[1])
    from_base64url(parts[2])
    # PyJWT can't be told what time it is.
    ours = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["iss"]}
    try:
        jwt.decode(token, key, ["EdDSA"], options=ours, issuer=issuer, audience=audience)
    except jwt.PyJWTError as reason:
        raise Refused(str(reason)) from None
    return claims


def check_times(claims, now):
    expires = number(claims, "exp", required=True, most=LAST_SECOND)
    issued = number(claims, "iat", required=True, most=LAST_SECOND)
    not_before = number(claims, "nbf", most=LAST_SECOND)
    if expires + LEEWAY <= now:
        raise Refused("it has expired")
    if issued > now + LEEWAY or (not_before or 0) > now + LEEWAY:
        raise Refused("its time hasn't come")


def text(claims, name, required=False):
    if name not in claims and not required:
        return None
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(f"{name} is missing or malformed")
    return value


def number(claims, name, required=False, most=2**63 - 1):
    if name not in claims and not required:
        return None
    value = claims.get(name)
    # In Python, True is a number too.
    if type(value) is not int or not 0 <= value <= most:
        raise Refused(f"{name} is missing or malformed")
    return value


def json_object(part):
    """One part as JSON. Readers would disagree about a member that stands there twice."""

    def each_once(pairs):
        members = dict(pairs)
        if len(members) != len(pairs):
            raise Refused("it names a member twice")
        return members

    def no_number(name):
        raise ValueError(name)

    try:
        text = from_base64url(part).decode()
        members = json.loads(text, object_pairs_hook=each_once, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Refused("a part isn't JSON") from None
    if not isinstance(members, dict):
        raise Refused("a part isn't a JSON object")
    return members


def from_base64url(part):
    """Bytes in the one way to write them: no padding, no stray bits, no other letters."""
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, binascii.Error):
        raise Refused("a part isn't base64url") from None
    if to_base64url(data) != part:
        raise Refused("a part isn't base64url")
    return data


def to_base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def entry(label, issuer, name):
    """How the feed names what was revoked: the start of a digest over the parts, one by one."""
    return to_base64url(hashlib.sha256((label + issuer + name).encode()).digest()[:16])


class Revocations:
    """A copy of the feed. What was revoked stays so until its time is over."""

    def __init__(self):
        self.seq = None
        self.true_at = None
        self.ends = {}
        self.lock = threading.Lock()

    def apply(self, feed, now):
        """Takes over a checked reading; False when something between is missing."""
        known = self.seq or 0
        if feed["seq"] < known:
            raise Refused(f"the feed went back from {known} to {feed['seq']}")
        if feed.get("since", 0) > known:
            return False
        with self.lock:
            for item in feed["items"]:
                self.ends[item["id"]] = max(item["exp"], self.ends.get(item["id"], 0))
            for name in [name for name, end in self.ends.items() if end + LONGEST_LEEWAY <= now]:
                del self.ends[name]
            self.seq = feed["seq"]
            self.true_at = min(feed["iat"], now)
        return True

    def check(self, claims, now):
        """Refuses a token that was revoked, and a long-lived one while the copy is too old."""
        issuer = claims["iss"]
        names = [entry("jti", issuer, claims["jti"])]
        if "sid" in claims:
            names.append(entry("sid", issuer, claims["sid"]))
        if "epoch" in claims:
            names.append(entry("sub", issuer, f"{claims['sub']}{claims['epoch']}"))
        with self.lock:
            if any(name in self.ends for name in names):
                raise Refused("it was revoked")
            stale = self.true_at is None or abs(now - self.true_at) > STALE_AFTER
        if stale and claims["exp"] - claims["iat"] > SHORT_LIFE:
            raise Refused("it lives long, and what is known of revocations is too old")
