//! The fuzzer's corpus, without the fuzzer.

use std::{fs, path::Path};

#[path = "../../fuzz/judge.rs"]
mod judge;

#[test]
fn the_corpus_of_the_fuzzer_is_judged_without_a_panic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/judge");
    let mut count = 0;
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        judge::judge(&fs::read(&path).expect("bytes"));
        count += 1;
    }
    assert!(count >= 20, "{count} files");
}
