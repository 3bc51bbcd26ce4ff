//! A release embeds the bundle, so it is rebuilt when the bundle changed.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=../target/site");
        // Where in memory the program's own addresses stand, in a thirtieth of the room: 0.6 MiB of
        // the file. The C library of Debian 12 reads it.
        if std::env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("gnu") {
            println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        }
    }
}
