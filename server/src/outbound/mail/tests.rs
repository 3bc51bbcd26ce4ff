//! The text that travels, and the wire under it.

use domain::{
    clock::Timestamp,
    language::Language,
    mail::{Draft, Message, ReplyCode, TroubleKind},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::{
    html,
    message::{Letter, Sender},
    wire::Wire,
};

fn sender() -> Sender {
    Sender {
        from: "Latchkey <login@example.com>".parse().unwrap(),
        public_url: "https://id.example".into(),
        host: "id.example".into(),
    }
}

fn known(name: &str) -> Draft {
    Draft {
        message: Message::AlreadyRegistered { name: name.into() },
        language: Language::English,
    }
}

fn letter(to: &str, name: &str) -> Result<Letter, TroubleKind> {
    let now = Timestamp::from_micros(1_767_225_600_000_000);
    let letter = sender().write("0198", to, &known(name), now);
    letter.map_err(|trouble| trouble.kind)
}

/// The header, unfolded, line by line.
fn header(letter: &Letter) -> Vec<String> {
    let text = String::from_utf8(letter.text.clone()).unwrap();
    let (header, _) = text.split_once("\r\n\r\n").unwrap();
    let header = header.replace("\r\n ", " ");
    header.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn the_header_says_who_what_and_when() {
    assert_eq!(
        header(&letter("ada@example.com", "Ada").unwrap()),
        [
            "From: Latchkey <login@example.com>",
            "To: ada@example.com",
            "Subject: You already have a Latchkey account",
            "Date: Thu, 01 Jan 2026 00:00:00 +0000",
            "Message-ID: <0198@id.example>",
            "Auto-Submitted: auto-generated",
            "Content-Language: en",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"latchkey-0198\"",
        ]
    );
}

#[test]
fn a_mail_says_which_language_it_is_in() {
    let draft = Draft {
        language: Language::German,
        ..known("Zoë")
    };
    let now = Timestamp::from_micros(0);
    let letter = sender().write("0198", "zoe@example.com", &draft, now).ok();
    let header = header(&letter.unwrap());
    for line in [
        "Subject: Du hast schon ein Latchkey-Konto",
        "Content-Language: de",
    ] {
        assert!(header.contains(&line.to_owned()), "{header:?}");
    }
    let page = html::page(&app::text::mail::write(&draft, "https://id.example"));
    assert!(page.contains("<html lang=\"de\">") && page.contains("Hallo Zoë,"));
}

#[test]
fn the_same_mail_is_the_same_text() {
    let (one, other) = (
        letter("ada@example.com", "Ada"),
        letter("ada@example.com", "Ada"),
    );
    assert_eq!(one.unwrap().text, other.unwrap().text);
}

#[test]
fn no_name_and_no_address_adds_a_line_to_the_header() {
    let plain = header(&letter("ada@example.com", "Ada").unwrap()).len();
    for name in [
        "Ada\r\nBcc: eve@example.com",
        "\n.\r\nMAIL FROM:<eve@example.com>",
        "\r\n\r\n<b>",
        "\0",
    ] {
        let letter = letter("ada@example.com", name).unwrap();
        assert_eq!(header(&letter).len(), plain, "{name:?}");
        assert!(letter.text.is_ascii());
    }
    for to in [
        "ada@example.com\r\nBcc: eve@example.com",
        "ada\r\n@example.com",
        "ada@example.com>\r\nDATA",
        "ada@example.com, eve@example.com",
        "Ada <ada@example.com>",
        "\"a b\"@example.com",
        "ada@example.com\0",
        "",
    ] {
        assert_eq!(
            letter(to, "Ada").err(),
            Some(TroubleKind::Unaddressable),
            "{to:?}"
        );
    }
}

#[test]
fn a_domain_travels_in_ascii_and_a_name_as_it_is() {
    let letter = letter("zoë@bücher.example", "Zoë").unwrap();
    assert_eq!(letter.to, "zoë@xn--bcher-kva.example");
}

#[test]
fn every_line_is_one_that_mail_servers_take() {
    let name = "ä".repeat(2000) + &"x".repeat(5000);
    let letter = letter("ada@example.com", &name).unwrap();
    assert!(letter.text.is_ascii());
    let text = String::from_utf8(letter.text).unwrap();
    assert!(
        text.split("\r\n")
            .all(|line| line.len() <= 998 && !line.contains(['\r', '\n']))
    );
}

#[test]
fn what_a_person_typed_is_text_in_html_too() {
    let text = app::text::mail::write(
        &known("<img src=x onerror=\"a\" 'b'>&\u{7}"),
        "https://id.example",
    );
    let page = html::page(&text);
    assert!(
        page.contains("Hello &lt;img src=x onerror=&quot;a&quot; &#39;b&#39;&gt;&amp; ,"),
        "{page}"
    );
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("<a ").count(), 2, "a button and its address");
    let elsewhere = page.matches("https://").count() - page.matches("https://id.example").count();
    assert_eq!(
        (
            elsewhere,
            page.matches("http://").count(),
            page.matches("src=").count()
        ),
        (0, 0, 1)
    );
}

/// What the wire makes of an answer that comes in these pieces.
async fn heard(pieces: &[&[u8]]) -> Option<(ReplyCode, usize)> {
    let (mut there, here) = duplex(16);
    let all = pieces.concat();
    let listening = async move { Wire::new(here).answer().await };
    let (answer, ()) = tokio::join!(listening, async {
        // Who has heard enough doesn't listen any more.
        let _ = there.write_all(&all).await;
        drop(there);
    });
    answer.ok().map(|answer| (answer.code, answer.lines.len()))
}

#[tokio::test]
async fn answers_are_read_whole_and_nonsense_is_not_believed() {
    let code = |basic, enhanced| ReplyCode { basic, enhanced };
    assert_eq!(heard(&[b"250 ok\r\n"]).await, Some((code(250, None), 1)));
    assert_eq!(
        heard(&[b"250-a\r\n250-b\r\n", b"250 c\n"]).await,
        Some((code(250, None), 3))
    );
    assert_eq!(
        heard(&[b"550 5.1.1 no\r\n"]).await,
        Some((code(550, Some((5, 1, 1))), 1))
    );
    assert_eq!(heard(&[b"250\r\n"]).await, Some((code(250, None), 1)));
    let endless = b"250-more\r\n".repeat(1000);
    let long = b"250 "
        .iter()
        .chain(&[b'x'; 10_000])
        .copied()
        .collect::<Vec<_>>();
    for nonsense in [
        &b""[..],
        b"250",
        b"250 ok",
        b"25 ok\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"999 what\r\n",
        b"100 what\r\n",
        b"250_ok\r\n",
        b"\xff\xfe\xfd\r\n",
        b"250-a\r\n",
        &endless,
        &long,
    ] {
        assert_eq!(
            heard(&[nonsense]).await,
            None,
            "{}",
            String::from_utf8_lossy(nonsense)
        );
    }
}

#[tokio::test]
async fn a_line_of_a_mail_is_never_taken_for_its_end() {
    let (mut there, here) = duplex(1024);
    let mut wire = Wire::new(here);
    wire.text(b".\r\na\r\n..b\r\n.\r\nend").await.unwrap();
    drop(wire);
    let mut sent = String::new();
    there.read_to_string(&mut sent).await.unwrap();
    assert_eq!(sent, "..\r\na\r\n...b\r\n..\r\nend\r\n");
}

#[tokio::test]
async fn a_command_is_one_line() {
    for line in ["RCPT TO:<a@b>\r\nDATA", "a\nb", "a\0"] {
        let (_there, here) = duplex(1024);
        assert!(Wire::new(here).ask(line).await.is_err(), "{line:?}");
    }
}

#[tokio::test]
async fn what_comes_ahead_of_a_handshake_ends_the_conversation() {
    let (mut there, here) = duplex(1024);
    there
        .write_all(b"220 go ahead\r\n250 injected\r\n")
        .await
        .unwrap();
    let mut wire = Wire::new(here);
    assert!(wire.ask("STARTTLS").await.unwrap().is(2));
    assert!(wire.into_quiet().is_none());
}
