//! Names the engine by what it is made of: a hash over the sources of the kernel, of policies and of this crate. Programs
//! and wheels built from the same sources have the same name, on whatever machine.

use std::path::{Path, PathBuf};

/// FNV-1a over 128 bits.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where"));
    let mut hash = BASIS;
    for place in ["../kernel/src", "../policy/src", "src"] {
        let folder = root.join(place);
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        list(&folder, &mut files);
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a source can be read");
            let name = file.strip_prefix(&folder).expect("it lies within").to_string_lossy();
            let parts = [place, &name.replace('\\', "/"), &text.replace("\r\n", "\n")];
            for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
                hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
            }
        }
    }
    println!("cargo:rustc-env=GONGJI_ENGINE={hash:032x}");
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
