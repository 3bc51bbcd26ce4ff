//! A mail as HTML: inline styles for programs that keep nothing else, a style sheet for dark ones,
//! no image, nothing fetched.

use app::text::{Text, mail::MailText};

const PARAGRAPH: &str = "margin:0 0 16px";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;\
    background-color:#8a5d12;color:#ffffff;font-weight:600;text-decoration:none";
const SMALL: &str = "margin:0 0 16px;font-size:14px;color:#565b63;word-break:break-all";
const BODY: &str = "margin:0;padding:0;background-color:#faf9f6;color:#1b1f24;\
    font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5";
const SHEET: &str = "max-width:480px;margin:0 auto;padding:32px 24px";
const BRAND: &str = "margin:0 0 24px;font-size:18px;font-weight:700;color:#8a5d12";
const FOOTER: &str = "margin:32px 0 0;padding:16px 0 0;border-top:1px solid #d9d4c8;\
    font-size:14px;color:#565b63";
const DARK: &str = ":root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (prefers-color-scheme:dark){\
.page{background-color:#14161a!important;color:#eceae4!important}\
.button{background-color:#e0b15a!important;color:#14161a!important}\
.brand{color:#e0b15a!important}\
.footer{border-color:#3a3d44!important}\
.small,.footer,.link{color:#b9b6ad!important}}";

/// The whole document.
pub(super) fn page(text: &MailText) -> String {
    let language = text.language.tag();
    let subject = escaped(&text.subject);
    let link = escaped(&text.link);
    let label = escaped(text.link_label);
    let before = paragraphs(&text.before);
    let after = paragraphs(&text.after);
    let brand = Text::Product.in_language(text.language);
    let footer = escaped(&text.footer);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{subject}</title>\n<style>{DARK}</style>\n</head>\n\
         <body class=\"page\" style=\"{BODY}\">\n<div style=\"{SHEET}\">\n\
         <p class=\"brand\" style=\"{BRAND}\">{brand}</p>\n{before}\
         <p style=\"{PARAGRAPH}\"><a class=\"button\" href=\"{link}\" style=\"{BUTTON}\">{label}</a></p>\n\
         <p class=\"small\" style=\"{SMALL}\">\
         <a class=\"link\" href=\"{link}\" style=\"color:#565b63\">{link}</a></p>\n\
         {after}<p class=\"footer\" style=\"{FOOTER}\">{footer}</p>\n</div>\n</body>\n</html>\n"
    )
}

fn paragraphs(texts: &[String]) -> String {
    let paragraph = |text: &String| format!("<p style=\"{PARAGRAPH}\">{}</p>\n", escaped(text));
    texts.iter().map(paragraph).collect()
}

/// For text and for attributes in double quotes. What no text holds becomes a space.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
