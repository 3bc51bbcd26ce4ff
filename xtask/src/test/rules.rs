//! The rules in docs/security.md and docs/conformance.md have the tests that these name.

use std::path::Path;

fn sources(folder: &Path, into: &mut String) {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, into);
        } else if entry.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&std::fs::read_to_string(&entry).expect("a source"));
        }
    }
}

#[test]
fn every_rule_has_the_tests_that_are_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut code = String::new();
    sources(&root.join("server"), &mut code);
    for document in ["docs/security.md", "docs/conformance.md"] {
        let rules = std::fs::read_to_string(root.join(document)).expect("the rules");
        have_their_tests(&rules, &code);
    }
}

fn have_their_tests(rules: &str, code: &str) {
    let mut named = 0;
    for line in rules.lines().filter(|line| line.starts_with("| ")) {
        let tests: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let heading = ["| rule", "| clause", "| section", "| text"]
            .iter()
            .any(|start| line.starts_with(start));
        assert!(heading || !tests.is_empty(), "no test: {line}");
        for test in tests {
            assert!(code.contains(&format!("fn {test}(")), "{test} is gone");
            named += 1;
        }
    }
    assert!(named > 40, "{named} tests are named");
}
