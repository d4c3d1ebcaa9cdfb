//! Embedded folders are read at compile time: a new file in them has to start a build.

fn main() {
    println!("cargo:rerun-if-changed=lessons");
    println!("cargo:rerun-if-changed=templates");
}
