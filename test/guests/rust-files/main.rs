//! Changes files by Rust's standard library, once for each argument, and says what failed.

use std::fs::{self, OpenOptions};
use std::io::{Result, Seek, SeekFrom, Write};
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut failed = 0;
    for argument in &arguments {
        let words: Vec<&str> = argument.split(' ').collect();
        if let Err(error) = change(&words) {
            println!("{argument}: {:?}", error.kind());
            failed = 3;
        }
    }
    std::process::exit(failed);
}

fn change(words: &[&str]) -> Result<()> {
    match words {
        ["write", path, text] => fs::write(path, text),
        ["append", path, text] => OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes()),
        ["over", path, at, text] => {
            let mut file = OpenOptions::new().write(true).open(path)?;
            file.seek(SeekFrom::Start(at.parse().expect("a number")))?;
            file.write_all(text.as_bytes())
        }
        ["truncate", path, size] => OpenOptions::new().write(true).open(path)?.set_len(size.parse().expect("a number")),
        ["copy", from, to] => fs::copy(from, to).map(|_| ()),
        ["rename", from, to] => fs::rename(from, to),
        ["mkdir", path] => fs::create_dir_all(path),
        ["remove", path] if Path::new(path).is_dir() => fs::remove_dir_all(path),
        ["remove", path] => fs::remove_file(path),
        ["panic"] => panic!("as asked"),
        _ => panic!("{words:?} is no change"),
    }
}
