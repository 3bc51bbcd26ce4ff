//! Compressed copies of the bundle's files, made once so that the server never compresses.

use std::path::Path;
use std::process::Command;

use crate::call;
use crate::failure::Outcome;

/// Node has both compressors built in, and whoever makes a release bundle has Node. A copy that is
/// no smaller is not kept, and with it the file itself stays: else the server unpacks the copy for
/// whoever takes no compression. Trunk's index.html is a manifest and never served.
const SCRIPT: &str = r#"
const { readFileSync, readdirSync, unlinkSync, writeFileSync } = require("node:fs");
const { brotliCompressSync, constants, gzipSync } = require("node:zlib");
const folder = process.argv[1];
for (const name of readdirSync(folder).sort()) {
  if (name === "index.html" || /\.(br|gz)$/.test(name)) continue;
  const raw = readFileSync(`${folder}/${name}`);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
  };
  const copies = { gz: gzipSync(raw, { level: 9 }), br: brotliCompressSync(raw, { params }) };
  for (const [ending, bytes] of Object.entries(copies)) {
    if (bytes.length < raw.length) writeFileSync(`${folder}/${name}.${ending}`, bytes);
  }
  if (copies.gz.length < raw.length) unlinkSync(`${folder}/${name}`);
  console.log([name, raw.length, copies.gz.length, copies.br.length].join("\t"));
}
"#;

/// A file of the bundle in bytes: as it is, by gzip, by brotli.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileSizes {
    pub(crate) name: String,
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// Writes `.gz` and `.br` in the place of every file of the folder.
pub(crate) fn every_file(folder: &Path) -> Outcome<Vec<FileSizes>> {
    let report = call::output_of(Command::new("node").args(["-e", SCRIPT]).arg(folder))?;
    Ok(report.lines().filter_map(parse).collect())
}

fn parse(line: &str) -> Option<FileSizes> {
    let mut parts = line.split('\t');
    let name = parts.next()?.to_owned();
    let mut number = || parts.next()?.parse().ok();
    Some(FileSizes {
        name,
        raw: number()?,
        gzip: number()?,
        brotli: number()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_report() {
        let sizes = parse("main-1f.css\t300\t200\t180").unwrap();
        assert_eq!(
            (sizes.name.as_str(), sizes.raw, sizes.brotli),
            ("main-1f.css", 300, 180)
        );
        assert_eq!(parse("(node:1) Warning"), None);
    }
}
