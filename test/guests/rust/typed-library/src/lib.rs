//! A library of preview 1 with the world of test/guests/typed: does what library.c does there, with files and variables of the
//! standard library.

use exports::acme::lib::{api, counters};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

wit_bindgen::generate!({ path: "../../typed/worlds.wit", world: "library", runtime_path: "wit_bindgen::rt" });

struct Library;
export!(Library);

static ALIVE: AtomicU32 = AtomicU32::new(0);

impl Guest for Library {
    fn add(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
    fn shout(text: String) -> String {
        println!("shouted {}", text.len());
        text.to_ascii_uppercase()
    }
    fn far(place: Point) -> Point {
        Point { x: place.x + 100, ..place }
    }
}

impl api::Guest for Library {
    fn greet(name: String) -> String {
        let from = acme::lib::log::name();
        acme::lib::log::say(&name);
        format!("{from} greets {name}")
    }
    fn sum(numbers: Vec<u32>) -> u64 {
        numbers.into_iter().map(u64::from).sum()
    }
    fn turn(mut points: Vec<Point>) -> Result<Vec<Point>, String> {
        points.reverse();
        if points.is_empty() { Err("nothing to turn".into()) } else { Ok(points) }
    }
    fn mirror(it: api::Shape) -> api::Shape {
        it
    }
    fn wide(
        a: u64, b: f32, c: i8, d: char, e: bool, f: api::Colour, g: api::Marks, h: Option<String>, i: (u8, u16), j: Vec<String>, k: String,
        l: String,
    ) -> String {
        let list: String = j.iter().map(|each| format!("{each};")).collect();
        let (is_some, h) = (h.is_some() as u8, h.unwrap_or_default());
        let (d, e, f, g) = (d as u32, e as u8, f as u8, g.bits());
        format!("{a} {b:.2} {c} U+{d:X} {e} {f} {g} {is_some}/{h} {}-{} [{list}] {k} {l}", i.0, i.1)
    }
    fn read(path: String) -> Result<String, u32> {
        std::fs::read_to_string(path).map_err(|error| error.raw_os_error().unwrap_or(0) as u32)
    }
    fn begun() -> String {
        format!("MODE is {}", std::env::var("MODE").as_deref().unwrap_or("not there"))
    }
    /// What C frees by itself.
    fn freed() -> u32 {
        5
    }
}

struct Counter(AtomicU32);

impl Counter {
    fn starting(at: u32) -> Self {
        ALIVE.fetch_add(1, Relaxed);
        Self(AtomicU32::new(at))
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

impl counters::GuestCounter for Counter {
    fn new(start: u32) -> Self {
        Self::starting(start)
    }
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Relaxed) + 1
    }
    fn at(place: Point) -> counters::Counter {
        counters::Counter::new(Self::starting(place.x + place.label.len() as u32))
    }
}

impl counters::Guest for Library {
    type Counter = Counter;
    fn both(one: counters::CounterBorrow<'_>, other: counters::Counter) -> u32 {
        one.get::<Counter>().0.load(Relaxed) + other.get::<Counter>().0.load(Relaxed)
    }
    fn alive() -> u32 {
        ALIVE.load(Relaxed)
    }
}
