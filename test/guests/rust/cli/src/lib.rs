//! What `wasi:cli` of 0.3 has, by the first argument: `tell` prints the environment, `echo` copies stdin to stdout, `both`
//! writes to stdout and stderr, `exit N` and `fail` end the program, `return` makes `run` fail.

use support::futures::join;
use support::wasip3::cli::{environment, exit, stderr, stdin, stdout, terminal_stderr, terminal_stdin, terminal_stdout};
use support::wasip3::wit_bindgen::StreamResult;
use support::wasip3::wit_stream;
use support::{arguments, outcome, say, write_report};

async fn run() -> Result<(), ()> {
    let arguments = arguments();
    match arguments.first().map(String::as_str) {
        Some("echo") => echo(arguments.get(1).and_then(|size| size.parse().ok()).unwrap_or(4096)).await,
        Some("both") => both().await,
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

async fn write_error(text: String) {
    let (mut writer, reader) = wit_stream::new();
    let taken = stderr::write_via_stream(reader);
    let write = async move { writer.write_all(text.into_bytes()).await.len() };
    let (left, result) = join!(write, async { taken.await });
    assert_eq!((left, result.is_ok()), (0, true));
}

support::command!(run);
