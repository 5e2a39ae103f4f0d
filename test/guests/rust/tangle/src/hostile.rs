//! `hostile STEPS SEED`: random operations on streams, as a program that means no good might do them: reads of all sizes, writes
//! where the file can be written, and entries of a directory; copies that are cancelled; streams and futures dropped in every
//! order. A thousand streams are open at once now and then. What is written is what is there, so all that is read is known.

use crate::{data, is_pattern, open, open_writable, outcome, pattern, tell};
use std::pin::pin;
use std::task::Poll;
use wasip3::filesystem::types::{Descriptor, DirectoryEntry, ErrorCode};
use wasip3::wit_bindgen::{FutureReader, StreamReader, StreamResult, StreamWriter};

const LENGTH: u64 = 300_007;
/// More than are open at once.
const MOST: usize = 1000;
const FEW: usize = 10;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

enum Stream {
    Bytes(StreamReader<u8>),
    Entries(StreamReader<DirectoryEntry>),
    Written(StreamWriter<u8>),
}

struct Open {
    stream: Option<Stream>,
    end: Option<FutureReader<Result<(), ErrorCode>>>,
    /// The place in the file, or how many entries have been read.
    at: u64,
}

/// What a copy has come to: it is waited for, or cancelled if it is not done at once.
macro_rules! copied {
    ($copy:expr, $cancels:expr) => {{
        let mut copy = pin!($copy);
        match futures::poll!(copy.as_mut()) {
            Poll::Ready(done) => done,
            Poll::Pending if $cancels => copy.as_mut().cancel(),
            Poll::Pending => copy.await,
        }
    }};
}

struct Data {
    file: Descriptor,
    is_writable: bool,
    crowd: Descriptor,
    crowd_size: u64,
}

impl Data {
    fn begin(&self, random: &mut Random) -> Open {
        let at = random.below(LENGTH + 10);
        let (stream, end, at) = match random.below(8) {
            0 | 1 => {
                let (stream, end) = self.crowd.read_directory();
                (Stream::Entries(stream), end, 0)
            }
            2..=4 if self.is_writable => {
                let (writer, reader) = wasip3::wit_stream::new();
                let at = at.min(LENGTH);
                (Stream::Written(writer), self.file.write_via_stream(reader, at), at)
            }
            _ => {
                let (stream, end) = self.file.read_via_stream(at);
                (Stream::Bytes(stream), end, at)
            }
        };
        Open { stream: Some(stream), end: Some(end), at }
    }

    /// Copies so many elements, or fewer; whether all was right.
    async fn copy(&self, open: &mut Open, size: usize, cancels: bool) -> bool {
        let (result, count, right, is_end) = match &mut open.stream {
            None => return true,
            Some(Stream::Bytes(stream)) => {
                let (result, bytes) = copied!(stream.read(Vec::with_capacity(size)), cancels);
                let end = open.at + bytes.len() as u64;
                (result, bytes.len(), is_pattern(open.at, &bytes), end >= LENGTH)
            }
            Some(Stream::Entries(stream)) => {
                let (result, entries) = copied!(stream.read(Vec::with_capacity(size.min(1000))), cancels);
                let right = entries.iter().all(|entry| entry.name.starts_with("member-"));
                (result, entries.len(), right, open.at + entries.len() as u64 == self.crowd_size)
            }
            Some(Stream::Written(stream)) => {
                let end = LENGTH.min(open.at + size as u64);
                let (result, rest) = copied!(stream.write((open.at..end).map(pattern).collect()), cancels);
                (result, (end - open.at) as usize - rest.remaining(), true, false)
            }
        };
        open.at += count as u64;
        if matches!(result, StreamResult::Dropped) {
            open.stream = None;
            return right && is_end;
        }
        right
    }

    async fn step(&self, random: &mut Random, all: &mut [Open]) -> bool {
        let i = random.below(all.len() as u64) as usize;
        let open = &mut all[i];
        match random.below(16) {
            0..=7 => {
                let most = [2, 10, 1000, 100_000][random.below(4) as usize];
                self.copy(open, random.below(most) as usize, false).await
            }
            8..=11 => self.copy(open, random.below(5000) as usize, true).await,
            12 => {
                open.stream = None;
                true
            }
            13 => {
                open.end = None;
                true
            }
            14 => {
                open.stream = None;
                match open.end.take() {
                    Some(end) => outcome(end.await) == "ok",
                    None => true,
                }
            }
            _ => self.file.stat().await.is_ok_and(|stat| stat.size == LENGTH),
        }
    }
}

pub async fn main() -> String {
    let arguments = wasip3::cli::environment::get_arguments();
    let number = |i: usize| arguments.get(i).and_then(|text| text.parse::<u64>().ok());
    let (steps, seed) = (number(2).unwrap_or(1000), number(3).unwrap_or(1));
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let data = data();
    let crowd = open(&data, "crowd").await.unwrap();
    let crowd_size = crowd.read_directory().0.collect().await.len() as u64;
    let writable = open_writable(&data, "pattern.bin").await;
    let is_writable = writable.is_ok();
    let file = match writable {
        Ok(file) => file,
        Err(_) => open(&data, "pattern.bin").await.unwrap(),
    };
    let data = Data { file, is_writable, crowd, crowd_size };
    let mut all: Vec<Open> = Vec::new();
    let (mut wrong, mut is_growing, mut times_full) = (0, true, 0);
    for _ in 0..steps {
        let streams = all.iter().filter(|open| open.stream.is_some()).count();
        if is_growing && streams == MOST {
            times_full += 1;
        }
        is_growing = if is_growing { streams < MOST } else { streams < FEW };
        if all.is_empty() || (streams < MOST && random.below(20) < if is_growing { 12 } else { 1 }) {
            all.push(data.begin(&mut random));
        } else if !is_growing && random.below(3) == 0 {
            all.swap_remove(random.below(all.len() as u64) as usize);
        } else if !data.step(&mut random, &mut all).await {
            wrong += 1;
        }
        all.retain(|open| open.stream.is_some() || open.end.is_some());
    }
    let mut text = String::new();
    tell!(text, "{steps} steps, {wrong} wrong, {times_full} times {MOST} streams at once");
    text
}
