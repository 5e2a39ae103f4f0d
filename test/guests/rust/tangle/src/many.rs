//! `many N`: N streams of one file at once, every other one abandoned midway.

use futures::future::join_all;
use crate::{data, is_pattern, open, outcome, take, tell};

pub async fn main() -> String {
    let arguments = wasip3::cli::environment::get_arguments();
    let count: u64 = arguments.get(2).and_then(|count| count.parse().ok()).unwrap_or(100);
    let file = open(&data(), "pattern.bin").await.unwrap();
    let file = &file;
    let one = |i: u64| async move {
        let (mut stream, end) = file.read_via_stream(i);
        let bytes = take(&mut stream, 100 + i as usize % 1000, if i % 2 == 0 { 4000 } else { 50 }).await;
        drop(stream);
        let is_right = is_pattern(i, &bytes) && bytes.len() == if i % 2 == 0 { 4000 } else { 50 };
        is_right && (i % 3 == 0 || outcome(end.await) == "ok")
    };
    let right = join_all((0..count).map(one)).await.into_iter().filter(|right| *right).count();
    let mut text = String::new();
    tell!(text, "{right} of {count}");
    text
}
