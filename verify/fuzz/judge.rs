//! What the fuzzer feeds, and a plain test with its corpus: bytes of which the first says what the
//! rest is. Headers and claims get a good signature, or nothing behind it would ever be reached.

use std::sync::LazyLock;

use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use latchkey_verify::{
    KeySet, Rules,
    revocation::{Entry, Feed, Revocations, check_feed},
};

const NOW: i64 = 1_790_000_000;
const HEADER: &[u8] = br#"{"typ":"at+jwt","alg":"EdDSA","kid":"one"}"#;
const FEED_HEADER: &[u8] = br#"{"typ":"revocations+jwt","alg":"EdDSA","kid":"one"}"#;
const CLAIMS: &[u8] = br#"{"iss":"https://login.example.com","sub":"a","aud":["https://api.example.com"],"client_id":"b","iat":1789999990,"exp":1790000290,"jti":"c"}"#;
/// The public half of [`SIGNER`]'s key.
const KEY_SET: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":"6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"}]}"#;

/// An Ed25519 key of which every byte is 7 (RFC 8410 §7).
static SIGNER: LazyLock<EncodingKey> = LazyLock::new(|| {
    let mut der = vec![
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    der.extend([7; 32]);
    EncodingKey::from_ed_der(&der)
});
static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::parse(KEY_SET).expect("a key set"));
static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::new("https://login.example.com", "https://api.example.com"));

/// Judges what the bytes stand for. Panics are findings, and so is an unsigned token that passes.
pub(crate) fn judge(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    match kind {
        b'h' => drop(RULES.check(&signed(rest, CLAIMS), &KEYS, NOW)),
        b'c' => drop(RULES.check(&signed(HEADER, rest), &KEYS, NOW)),
        b'f' => follow(check_feed(&RULES, &signed(FEED_HEADER, rest), &KEYS, NOW).ok()),
        b'j' => follow(serde_json::from_slice(rest).ok()),
        _ => judge_text(&String::from_utf8_lossy(rest)),
    }
}

fn judge_text(text: &str) {
    assert!(RULES.check(text, &KEYS, NOW).is_err() || text == signed(HEADER, CLAIMS));
    assert!(check_feed(&RULES, text, &KEYS, NOW).is_err());
    let _ = KeySet::parse(text);
    if let Ok(entry) = text.parse::<Entry>() {
        assert_eq!(entry.to_string(), text);
    }
}

fn follow(feed: Option<Feed>) {
    let mut known = Revocations::new();
    if let Some(feed) = feed
        && known.apply(&feed, NOW).is_ok()
    {
        let claims = RULES.check(&signed(HEADER, CLAIMS), &KEYS, NOW);
        let _ = known.check(&claims.expect("a good token"), NOW);
        known.forget(NOW);
    }
}

fn signed(header: &[u8], claims: &[u8]) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(claims));
    let signature =
        crypto::sign(signed.as_bytes(), &SIGNER, Algorithm::EdDSA).expect("a signature");
    format!("{signed}.{signature}")
}

/// RFC 4648 §5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for letter in 0..=three.len() {
            text.push(char::from(LETTERS[bits >> (18 - 6 * letter) & 63]));
        }
    }
    text
}
