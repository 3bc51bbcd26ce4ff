"""Holds `latchkey_tokens` to the table of good and bad tokens that every verifier is held to."""

import json
import pathlib
import sys

import jwt

import latchkey_tokens as tokens

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "../../verify/tests/table/tokens.json"


def judge(row, table, keys):
    def find_key(kid):
        if kid not in keys:
            raise tokens.Refused("its key isn't known")
        return keys[kid]

    try:
        if row["typ"] == "at+jwt":
            issuer, audience = table["issuer"], table["audience"]
            tokens.check_token(row["jws"], find_key, issuer, audience, row["now"])
        else:
            tokens.check_feed(row["jws"], find_key, table["issuer"], row["now"])
    except tokens.Refused as reason:
        return f"refused: {reason}"
    return "ok"


def entry(of, issuer):
    if of["of"] == "token":
        return tokens.entry("jti", issuer, of["jti"])
    if of["of"] == "session":
        return tokens.entry("sid", issuer, of["sid"])
    return tokens.entry("sub", issuer, f"{of['sub']}{of['epoch']}")


def main():
    table = json.loads(TABLE.read_text("utf-8"))
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(table["key_set"]).keys}
    wrong = []
    for row in table["rows"]:
        judged = judge(row, table, keys)
        if (judged == "ok") != (row["expected"] == "ok"):
            wrong.append(f"{row['name']}: expected {row['expected']}, got {judged}")
    for of in table["entries"]:
        if entry(of, table["issuer"]) != of["entry"]:
            wrong.append(f"entry {of}")
    for line in wrong:
        print(line)
    count = len(table["rows"]) + len(table["entries"])
    print(f"PyJWT: {count - len(wrong)} of {count} rows as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
