//! `hostile STEPS SEED`: random operations on streams, as a program that means no good might do them.

use wasip3::filesystem::types::{Descriptor, ErrorCode};
use wasip3::wit_bindgen::{FutureReader, StreamReader, StreamResult};
use crate::{data, is_pattern, open, outcome, tell};
use std::pin::pin;
use std::task::Poll;

const LENGTH: u64 = 300_007;
/// More than are open at once.
const MOST: usize = 1000;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

struct Open {
    stream: Option<StreamReader<u8>>,
    end: Option<FutureReader<Result<(), ErrorCode>>>,
    at: u64,
}

async fn read(open: &mut Open, size: usize, cancels: bool) -> bool {
    let Some(stream) = open.stream.as_mut() else { return true };
    let (result, bytes) = {
        let mut reading = pin!(stream.read(Vec::with_capacity(size)));
        match futures::poll!(reading.as_mut()) {
            Poll::Ready(done) => done,
            Poll::Pending if cancels => reading.as_mut().cancel(),
            Poll::Pending => reading.await,
        }
    };
    let right = is_pattern(open.at, &bytes);
    open.at += bytes.len() as u64;
    if matches!(result, StreamResult::Dropped) {
        open.stream = None;
        return right && open.at >= LENGTH;
    }
    right
}

async fn step(random: &mut Random, file: &Descriptor, all: &mut Vec<Open>) -> bool {
    let choice = random.below(20);
    if all.is_empty() || (choice < 4 && all.len() < MOST) {
        let at = random.below(LENGTH + 10);
        let (stream, end) = file.read_via_stream(at);
        all.push(Open { stream: Some(stream), end: Some(end), at });
        return true;
    }
    let i = random.below(all.len() as u64) as usize;
    match choice {
        0..=10 => {
            let most = [1, 10, 1000, 100_000][random.below(4) as usize];
            read(&mut all[i], 1 + random.below(most) as usize, false).await
        }
        11..=14 => read(&mut all[i], 1 + random.below(5000) as usize, true).await,
        15 => {
            all[i].stream = None;
            true
        }
        16 => {
            all[i].end = None;
            true
        }
        17 => {
            drop(all.swap_remove(i));
            true
        }
        18 => {
            let mut open = all.swap_remove(i);
            open.stream = None;
            match open.end {
                Some(end) => outcome(end.await) == "ok",
                None => true,
            }
        }
        _ => file.stat().await.is_ok_and(|stat| stat.size == LENGTH),
    }
}

pub async fn main() -> String {
    let arguments = wasip3::cli::environment::get_arguments();
    let number = |i: usize| arguments.get(i).and_then(|text| text.parse::<u64>().ok());
    let (steps, seed) = (number(2).unwrap_or(1000), number(3).unwrap_or(1));
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let file = open(&data(), "pattern.bin").await.unwrap();
    let mut all = Vec::new();
    let mut wrong = 0;
    for _ in 0..steps {
        if !step(&mut random, &file, &mut all).await {
            wrong += 1;
        }
    }
    let mut text = String::new();
    tell!(text, "{steps} steps, {wrong} wrong");
    text
}
