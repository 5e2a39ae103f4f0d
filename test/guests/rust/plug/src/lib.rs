//! A component to be plugged below others: it answers `wasi:random` and the monotonic clock of WASI 0.3, whose `wait-for` is
//! asynchronous, and an interface of its own with streams both ways.

use bindings::exports::acme::feed::feed;
use bindings::exports::wasi::clocks::monotonic_clock;
use bindings::exports::wasi::random::random;
use wit_bindgen::{spawn_local, StreamReader};

mod bindings {
    wit_bindgen::generate!({
        inline: "package acme:feed@1.0.0;
            interface feed {
                count: async func(to: u32) -> stream<u8>;
                sum: async func(data: stream<u8>) -> u64;
            }
            world plug {
                export wasi:random/random@0.3.0;
                export wasi:clocks/monotonic-clock@0.3.0;
                export feed;
            }",
        path: [
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-random",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-clocks",
        ],
        generate_all,
        runtime_path: "wit_bindgen::rt",
    });
    use super::Plug;
    export!(Plug);
}

struct Plug;

impl random::Guest for Plug {
    fn get_random_bytes(max_len: u64) -> Vec<u8> {
        (0..max_len).map(|each| each as u8).collect()
    }
    fn get_random_u64() -> u64 {
        4
    }
}

impl monotonic_clock::Guest for Plug {
    fn now() -> u64 {
        42
    }
    fn get_resolution() -> u64 {
        1
    }
    async fn wait_until(_when: u64) {}
    async fn wait_for(_how_long: u64) {}
}

impl feed::Guest for Plug {
    async fn count(to: u32) -> StreamReader<u8> {
        let (mut writer, reader) = bindings::wit_stream::new();
        spawn_local(async move {
            for each in 0..to {
                if !writer.write_all(vec![each as u8]).await.is_empty() {
                    break;
                }
            }
        });
        reader
    }

    async fn sum(data: StreamReader<u8>) -> u64 {
        data.collect().await.into_iter().map(u64::from).sum()
    }
}
