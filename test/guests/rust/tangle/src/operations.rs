//! Random operations on a directory, one after the other: what each comes to is a line.

use futures::join;
use wasip3::clocks::system_clock::Instant;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, NewTimestamp, OpenFlags, PathFlags};
use crate::{data, kind, list, name, outcome, read, sum, tell};

struct Random(u32);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % limit
    }

    fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// One to three of a few names, so that operations meet.
    fn path(&mut self) -> String {
        let names: Vec<_> = (0..1 + self.below(3)).map(|_| self.pick(&["a", "b", "c", "d"])).collect();
        names.join("/")
    }

    fn length(&mut self) -> usize {
        self.pick(&[0, 1, 7, 100, 4095, 4096, 4097, 12_345, 70_000])
    }

    fn offset(&mut self) -> u64 {
        self.pick(&[0, 0, 1, 100, 4000, 4096, 5000, 16_384, 30_000])
    }

    fn bytes(&mut self) -> Vec<u8> {
        let start = self.below(256);
        (0..self.length()).map(|at| (start + at * 7 + (at >> 8)) as u8).collect()
    }

    fn follow(&mut self) -> PathFlags {
        self.pick(&[PathFlags::SYMLINK_FOLLOW, PathFlags::empty()])
    }
}

const MOST_OPEN: usize = 8;
/// A piece takes long on jco.
const MOST_PIECES: usize = 20;

pub async fn main(seed: u32, count: u32) -> String {
    let mut text = String::new();
    let mut random = Random(seed.wrapping_mul(2_654_435_761) | 1);
    let mut open = vec![data()];
    for step in 0..count {
        let what = random.pick(&OPERATIONS);
        let line = perform(what, &mut random, &mut open).await;
        tell!(text, "{step} {what} {line}");
    }
    text
}

const OPERATIONS: [&str; 32] = [
    "open", "open", "open", "open", "open", "close", "mkdir", "mkdir", "mkdir", "rmdir", "unlink", "rename", "rename", "link",
    "symlink", "readlink", "stat-at", "stat", "set-size", "set-times-at", "read", "read", "read", "write", "write", "write",
    "append", "append", "list", "same", "hash-at", "sync",
];

async fn perform(what: &str, random: &mut Random, open: &mut Vec<Descriptor>) -> String {
    let at = random.below(open.len());
    let (path, other) = (random.path(), random.path());
    let (root, file) = (&open[0], &open[at]);
    let result = match what {
        "open" => {
            let follow = random.follow();
            let mut how = OpenFlags::empty();
            how.set(OpenFlags::CREATE, random.below(2) == 0);
            how.set(OpenFlags::TRUNCATE, random.below(6) == 0);
            how.set(OpenFlags::EXCLUSIVE, random.below(8) == 0);
            let mut flags = DescriptorFlags::READ;
            // Wasmtime opens for writing what it may make or make empty, whether or not that is asked for.
            let writes = how.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE) || random.below(2) == 0;
            flags.set(DescriptorFlags::WRITE, writes);
            let opened = root.open_at(follow, path.clone(), how, flags).await;
            let line = outcome(opened.as_ref().map_err(Clone::clone));
            if let Ok(descriptor) = opened {
                if open.len() == MOST_OPEN {
                    open.swap_remove(1);
                }
                open.push(descriptor);
            }
            format!("{follow:?} {how:?} {flags:?} {line}")
        }
        "close" => {
            if at > 0 {
                open.swap_remove(at);
            }
            return format!("{at}");
        }
        "mkdir" => outcome(root.create_directory_at(path.clone()).await),
        "rmdir" => outcome(root.remove_directory_at(path.clone()).await),
        "unlink" => outcome(root.unlink_file_at(path.clone()).await),
        "rename" => format!("{other} {}", outcome(root.rename_at(path.clone(), root, other.clone()).await)),
        "link" => format!("{other} {}", outcome(root.link_at(PathFlags::empty(), path.clone(), root, other.clone()).await)),
        "symlink" => format!("{other} {}", outcome(root.symlink_at(other.clone(), path.clone()).await)),
        "readlink" => match root.readlink_at(path.clone()).await {
            Ok(target) => target,
            Err(error) => name(&error),
        },
        "stat-at" => match root.stat_at(random.follow(), path.clone()).await {
            Ok(stat) => format!("{} {}", kind(&stat.type_), if kind(&stat.type_) == "directory" { 0 } else { stat.size }),
            Err(error) => name(&error),
        },
        "stat" => {
            let stat = file.stat().await.unwrap();
            let is_directory = kind(&stat.type_) == "directory";
            let (size, links) = if is_directory { (0, 0) } else { (stat.size, stat.link_count) };
            return format!("{} {size} {links}", kind(&stat.type_));
        }
        "set-size" => {
            let size = random.offset() + random.below(2) as u64 * 4097;
            return format!("{size} {}", outcome(file.set_size(size).await));
        }
        "set-times-at" => {
            let time = Instant { seconds: random.below(1_000_000) as i64, nanoseconds: 7000 };
            let follow = random.follow();
            let set = root.set_times_at(follow, path.clone(), NewTimestamp::NoChange, NewTimestamp::Timestamp(time)).await;
            let found = root.stat_at(follow, path.clone()).await.ok().and_then(|stat| stat.data_modification_timestamp);
            let is = found.is_some_and(|found| (found.seconds, found.nanoseconds) == (time.seconds, 7000));
            format!("{} {is}", outcome(set))
        }
        "read" => {
            let (offset, size) = (random.offset(), 500 + random.length());
            let limit = random.pick(&[usize::MAX, 1, 5000]);
            let (bytes, end) = read(file, offset, size, limit).await;
            return format!("{offset} {size} {limit} {} {} {end}", bytes.len(), sum(&bytes));
        }
        "write" | "append" => {
            let offset = if what == "write" { Some(random.offset()) } else { None };
            let bytes = random.bytes();
            let size = (1 + random.length()).max(bytes.len() / MOST_PIECES);
            return format!("{offset:?} {} {size} {}", bytes.len(), write(file, offset, &bytes, size).await);
        }
        "list" => return list(file).await,
        "same" => {
            let other = &open[random.below(open.len())];
            return format!("{}", file.is_same_object(other).await);
        }
        "hash-at" => {
            let hash = file.metadata_hash().await.unwrap();
            match root.metadata_hash_at(random.follow(), path.clone()).await {
                Ok(found) => format!("{}", (found.lower, found.upper) == (hash.lower, hash.upper)),
                Err(error) => name(&error),
            }
        }
        _ => return format!("{} {}", outcome(file.sync().await), outcome(file.sync_data().await)),
    };
    format!("{path} {result}")
}

/// Writes by pieces; `None` appends. Gives what the future says.
async fn write(file: &Descriptor, offset: Option<u64>, bytes: &[u8], size: usize) -> String {
    let (mut writer, reader) = wasip3::wit_stream::new();
    let end = match offset {
        Some(offset) => file.write_via_stream(reader, offset),
        None => file.append_via_stream(reader),
    };
    let feed = async {
        for piece in bytes.chunks(size) {
            if !writer.write_all(piece.to_vec()).await.is_empty() {
                break;
            }
        }
        drop(writer);
    };
    outcome(join!(async { end.await }, feed).0)
}
