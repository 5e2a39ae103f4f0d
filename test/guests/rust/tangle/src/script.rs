//! Operations on directories as lines say, each a letter, numbers and paths: what each comes to is a line, as test/guests/c/preview1-script.c
//! has it.

use futures::join;
use wasip3::clocks::system_clock::Instant;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, NewTimestamp, OpenFlags, PathFlags};
use crate::tell;

const MODIFIED: NewTimestamp = NewTimestamp::Timestamp(Instant { seconds: 1, nanoseconds: 0 });

/// What an error code is in preview 1.
fn errno(error: &ErrorCode) -> u32 {
    match error {
        ErrorCode::BadDescriptor => 8,
        ErrorCode::Busy => 10,
        ErrorCode::Exist => 20,
        ErrorCode::FileTooLarge => 22,
        ErrorCode::Invalid => 28,
        ErrorCode::IsDirectory => 31,
        ErrorCode::Loop => 32,
        ErrorCode::NameTooLong => 37,
        ErrorCode::NoEntry => 44,
        ErrorCode::InsufficientSpace => 51,
        ErrorCode::NotDirectory => 54,
        ErrorCode::NotEmpty => 55,
        ErrorCode::NotPermitted => 63,
        ErrorCode::ReadOnly => 69,
        ErrorCode::CrossDevice => 75,
        _ => 9999,
    }
}

fn number(descriptor_type: &DescriptorType) -> u32 {
    match descriptor_type {
        DescriptorType::Directory => 3,
        DescriptorType::RegularFile => 4,
        DescriptorType::SymbolicLink => 7,
        _ => 0,
    }
}

fn told(stat: DescriptorStat) -> String {
    let kind = number(&stat.type_);
    format!("{kind} {}", if kind == 3 { 0 } else { stat.size })
}

fn follow(word: &str) -> PathFlags {
    if word == "1" { PathFlags::SYMLINK_FOLLOW } else { PathFlags::empty() }
}

fn plain(path: &str) -> String {
    if path == "''" { String::new() } else { path.to_string() }
}

/// What could not be opened is no descriptor.
fn found(places: &[Option<Descriptor>], at: usize) -> Result<&Descriptor, ErrorCode> {
    places.get(at).and_then(Option::as_ref).ok_or(ErrorCode::BadDescriptor)
}

pub async fn main(lines: &str) -> String {
    let mut text = String::new();
    let mut all = preopens::get_directories();
    all.sort_by(|left, right| left.1.cmp(&right.1));
    let mut places: Vec<Option<Descriptor>> = all.into_iter().map(|(descriptor, _)| Some(descriptor)).collect();
    for line in lines.lines() {
        let words: Vec<_> = line.split(' ').collect();
        match perform(&words, &mut places).await {
            Ok(answer) => tell!(text, "{answer}"),
            Err(error) => tell!(text, "! {}", errno(&error)),
        }
    }
    text
}

async fn perform(words: &[&str], places: &mut Vec<Option<Descriptor>>) -> Result<String, ErrorCode> {
    let at = |word: usize| words[word].parse::<usize>().unwrap();
    if words[0] == "o" {
        let rights = at(5);
        let mut flags = DescriptorFlags::empty();
        flags.set(DescriptorFlags::READ, rights & 2 != 0);
        flags.set(DescriptorFlags::WRITE, rights & 64 != 0);
        let how = OpenFlags::from_bits_truncate(at(4) as u8);
        let base = found(places, at(2))?;
        let opened = base.open_at(follow(words[3]), plain(words[6]), how, flags).await;
        while places.len() <= at(1) {
            places.push(None);
        }
        places[at(1)] = Some(opened?);
        return Ok("! 0".to_string());
    }
    if words[0] == "c" {
        places[at(1)] = None;
        return Ok("! 0".to_string());
    }
    let base = found(places, at(1))?;
    match words[0] {
        "m" => base.create_directory_at(plain(words[2])).await?,
        "d" => base.remove_directory_at(plain(words[2])).await?,
        "u" => base.unlink_file_at(plain(words[2])).await?,
        "v" => base.rename_at(plain(words[2]), found(places, at(3))?, plain(words[4])).await?,
        "h" => base.link_at(follow(words[2]), plain(words[3]), found(places, at(4))?, plain(words[5])).await?,
        "y" => base.symlink_at(plain(words[2]), plain(words[3])).await?,
        "p" => return base.readlink_at(plain(words[2])).await,
        "s" => return Ok(told(base.stat_at(follow(words[2]), plain(words[3])).await?)),
        "S" => return Ok(told(base.stat().await?)),
        "i" => base.set_times_at(follow(words[2]), plain(words[3]), NewTimestamp::NoChange, MODIFIED).await?,
        "I" => base.set_times(NewTimestamp::NoChange, MODIFIED).await?,
        "t" => base.set_size(at(2) as u64).await?,
        "l" => {
            let (stream, end) = base.read_directory();
            let entries = stream.collect().await;
            end.await?;
            return Ok(entries.iter().map(|entry| format!("{}:{} ", entry.name, number(&entry.type_))).collect());
        }
        "a" | "w" => {
            let (mut writer, reader) = wasip3::wit_stream::new();
            let end = if words[0] == "a" { base.append_via_stream(reader) } else { base.write_via_stream(reader, at(2) as u64) };
            let bytes = words[words.len() - 1].as_bytes().to_vec();
            let count = bytes.len();
            let feed = async {
                writer.write_all(bytes).await;
                drop(writer);
            };
            join!(async { end.await }, feed).0?;
            return Ok(count.to_string());
        }
        _ => {
            let (stream, end) = base.read_via_stream(0);
            let bytes = stream.collect().await;
            end.await?;
            let sum = bytes.iter().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
            return Ok(format!("{} {sum}", bytes.len()));
        }
    }
    Ok("! 0".to_string())
}
