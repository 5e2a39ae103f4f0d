//! Waits for `monotonic-clock` of 0.3, several at once, and says what ended when, by this clock and by the system's. With the argument
//! `numbers`, it says random numbers as well.

use support::futures::future::{join_all, select, Either};
use support::futures::join;
use support::wasip3::clocks::monotonic_clock::{now, wait_for, wait_until};
use support::wasip3::clocks::system_clock;
use support::wasip3::random::random::get_random_u64;
use support::{arguments, say, write_report};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

async fn run() -> Result<(), ()> {
    let start = now();
    let at = || (now() - start) / MILLISECOND;
    let day = system_clock::now();
    join_all([30, 10, 20, 11, 0, 10].iter().enumerate().map(|(i, length)| async move {
        wait_for(length * MILLISECOND).await;
        say!("{i}: {length} ms at {}", (now() - start) / MILLISECOND);
    }))
    .await;
    join!(
        async {
            wait_for(95 * MILLISECOND).await;
            say!("long at {}", at());
        },
        async {
            for i in 0..8 {
                wait_for(10 * MILLISECOND).await;
                say!("short {i} at {}", at());
            }
        }
    );
    match select(Box::pin(wait_for(3600 * SECOND)), Box::pin(wait_for(SECOND))).await {
        Either::Left(_) => say!("an hour at {}", at()),
        Either::Right(_) => say!("a second at {}", at()),
    }
    wait_for(SECOND).await;
    say!("another at {}", at());
    wait_until(start).await;
    say!("the past at {}", at());
    write_report().await;
    join!(
        async {
            wait_for(MILLISECOND).await;
            say!("after the report at {}", at());
        },
        async {
            wait_until(now() + 2 * MILLISECOND).await;
            say!("later at {}", at());
        }
    );
    let passed = system_clock::now();
    let seconds = passed.seconds - day.seconds;
    say!("of the day {}", seconds * 1000 + (i64::from(passed.nanoseconds) - i64::from(day.nanoseconds)) / MILLISECOND as i64);
    if arguments().iter().any(|each| each == "numbers") {
        say!("now {}.{:09}, random {}", passed.seconds, passed.nanoseconds, get_random_u64());
    }
    write_report().await;
    Ok(())
}

support::command!(run);
