//! What `wasi:cli` of 0.3 has, by the first argument: `tell` prints the environment, `echo` copies stdin to stdout, `both`
//! writes to stdout and stderr, `turns` puts pieces of lines there with 0.2 and 0.3 in turn, `exit N` and `fail` end the program, `return` makes `run` fail.

use std::future::IntoFuture;
use std::io::Write;
use support::futures::join;
use support::wasip3::cli::{environment, exit, stderr, stdin, stdout, terminal_stderr, terminal_stdin, terminal_stdout};
use support::wasip3::wit_bindgen::{StreamReader, StreamResult};
use support::wasip3::wit_stream;
use support::{arguments, outcome, say, write_report};

async fn run() -> Result<(), ()> {
    let arguments = arguments();
    match arguments.first().map(String::as_str) {
        Some("echo") => echo(arguments.get(1).and_then(|size| size.parse().ok()).unwrap_or(4096)).await,
        Some("both") => both().await,
        Some("turns") => turns().await,
        Some("exit") => {
            say!("before the exit");
            write_report().await;
            exit::exit_with_code(arguments[1].parse().unwrap());
        }
        Some("fail") => exit::exit(Err(())),
        Some("return") => return Err(()),
        _ => tell().await,
    }
    Ok(())
}

async fn tell() {
    say!("arguments: {}", environment::get_arguments().join("|"));
    let mut variables = environment::get_environment();
    variables.sort();
    for (name, value) in variables {
        say!("{name}={value}");
    }
    say!("directory: {:?}", environment::get_initial_cwd());
    let terminals = [
        terminal_stdin::get_terminal_stdin().is_some(),
        terminal_stdout::get_terminal_stdout().is_some(),
        terminal_stderr::get_terminal_stderr().is_some(),
    ];
    say!("terminals: {terminals:?}");
    write_report().await;
}

/// Copies stdin by pieces, and tells on stderr how many bytes it had.
async fn echo(piece: usize) {
    let (mut input, read) = stdin::read_via_stream();
    let (mut output, reader) = wit_stream::new();
    let written = stdout::write_via_stream(reader);
    let copy = async move {
        let mut count = 0;
        loop {
            let (end, bytes) = input.read(Vec::with_capacity(piece)).await;
            count += bytes.len();
            assert!(output.write_all(bytes).await.is_empty());
            if matches!(end, StreamResult::Dropped) {
                return count;
            }
        }
    };
    let (count, written) = join!(copy, async { written.await });
    let line = format!("{count} bytes, read {}, written {}\n", outcome(&read.await), outcome(&written));
    write_error(line).await;
}

async fn both() {
    for round in 1..=3 {
        say!("to stdout {round}");
        write_report().await;
        write_error(format!("to stderr {round}\n")).await;
    }
}

/// Where the standard library has WASI 0.2, by it and by 0.3 in turn. Nobody cares whether it can be written.
async fn turns() {
    for round in 1..=2 {
        let pieces = [format!("a{round} "), format!("b{round} "), format!("c{round} "), format!("d{round}\n")];
        if cfg!(target_os = "wasi") {
            let _ = std::io::stdout().write_all(pieces[0].as_bytes());
            let _ = std::io::stdout().flush();
        } else {
            write_piece(&pieces[0], stdout::write_via_stream).await;
        }
        write_piece(&pieces[1], stdout::write_via_stream).await;
        if cfg!(target_os = "wasi") {
            let _ = std::io::stderr().write_all(pieces[2].as_bytes());
        } else {
            write_piece(&pieces[2], stderr::write_via_stream).await;
        }
        write_piece(&pieces[3], stderr::write_via_stream).await;
    }
}

async fn write_piece<Written: IntoFuture>(text: &str, via: impl FnOnce(StreamReader<u8>) -> Written) {
    let (mut writer, reader) = wit_stream::new();
    let taken = via(reader);
    join!(async move { writer.write_all(text.as_bytes().to_vec()).await }, async { taken.await });
}

async fn write_error(text: String) {
    let (mut writer, reader) = wit_stream::new();
    let taken = stderr::write_via_stream(reader);
    let write = async move { writer.write_all(text.into_bytes()).await.len() };
    let (left, result) = join!(write, async { taken.await });
    assert_eq!((left, result.is_ok()), (0, true));
}

support::command!(run);
