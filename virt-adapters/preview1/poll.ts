// poll_oneoff. Clocks and standard streams are pollables of WASI 0.2; files are always ready, and so is a time that has come.

import { allocate, empty, keep, room } from "../abi/arena";
import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import { Descriptor, FILE, INPUT, inputOf, outputOf, streamOrFile } from "./descriptors";
import { BADF, FAULT, INVAL, NOMEM, SUCCESS } from "./errno";
import * as host from "./host";
import { MONOTONIC, datetime } from "./time";

/*
 * Subscriptions: u64 of the program's own, at 8 the type, at 16 of a clock: u32 which one, at 24 u64 the time, at 40 u16 flags,
 * bit 0: it is a moment, not a duration; of a descriptor: u32 its number.
 */
const SUBSCRIPTION: usize = 48;
const CLOCK: u32 = 0;
const READ: u32 = 1;
const WRITE: u32 = 2;
const MOMENT: u32 = 1;

/*
 * Events: u64 of the program's own, at 8 u16 errno, at 10 the type, at 16 u64 how many bytes there are, at 24 u16 flags, bit 0: none
 * will come any more.
 */
const EVENT: usize = 32;
const HANGUP: u32 = 1;

@unmanaged
class Wait {
  own: u64;
  /** 0: it is ready. */
  pollable: usize;
  type: u32;
  isReady: u32;
  flags: u32;
}

const WAIT: usize = offsetof<Wait>();

/** Room for waits. */
let waits: usize = 0;
let most: usize = 0;

@inline
function waitAt(index: usize): Wait {
  return changetype<Wait>(waits + index * WAIT);
}

/** Has room for so many waits, and for their pollables beside them; an errno. */
function reserve(count: usize): u32 {
  const bytes = <u64>count * (WAIT << 1);
  if (bytes > u32.MAX_VALUE || room(<usize>bytes) != <usize>bytes) return NOMEM;
  if (count > most) {
    // What was there before is lost, less than this.
    most = max(16, count + (count >> 1));
    if (room(most * WAIT) != most * WAIT) most = count;
    waits = keep(8, most * WAIT);
  }
  return SUCCESS;
}

export function preview1__poll_oneoff(subscriptions: usize, events: usize, count: usize, result: usize): u32 {
  if (!count) return INVAL;
  if (!app.holds(subscriptions, <u64>count * SUBSCRIPTION) || !app.holds(events, <u64>count * EVENT) || !app.holds(result, 4)) return FAULT;
  streamOrFile(0);
  let errno = reserve(count);
  if (errno) return errno;
  let started: usize = 0;
  let pollables: usize = 0;
  while (started < count && !errno) {
    const wait = waitAt(started);
    errno = subscribe(subscriptions + started * SUBSCRIPTION, wait);
    if (!errno) started++;
    if (!errno && wait.pollable) pollables++;
  }
  if (!errno) waitFor(count, pollables);
  let ready: usize = 0;
  for (let i: usize = 0; i < started; i++) {
    const wait = waitAt(i);
    if (wait.pollable) host.dropPollable(wait.pollable);
    if (!errno && wait.isReady) writeEvent(events + ready++ * EVENT, wait);
  }
  empty();
  if (!errno) app.store32(result, ready);
  return errno;
}

function writeEvent(event: usize, wait: Wait): void {
  app.store64(event, wait.own);
  app.store64(event + 8, wait.type << 16);
  app.store64(event + 16, wait.type == CLOCK ? 0 : 1);
  app.store64(event + 24, wait.flags);
}

/** Begins a wait; an errno. */
function subscribe(subscription: usize, wait: Wait): u32 {
  const type = app.load8(subscription + 8);
  wait.own = app.load64(subscription);
  wait.pollable = 0;
  wait.type = type;
  wait.isReady = 0;
  wait.flags = 0;
  if (type > WRITE) return INVAL;
  if (type == CLOCK) return subscribeClock(subscription, wait);
  const descriptor = streamOrFile(app.load32(subscription + 16));
  if (!descriptor || descriptor.kind > FILE) return BADF;
  if (descriptor.kind == FILE) {
    wait.isReady = 1;
    if (type == READ && isAtEnd(descriptor)) wait.flags = HANGUP;
    return SUCCESS;
  }
  if ((descriptor.kind == INPUT) != (type == READ)) return BADF;
  if (type == READ) wait.pollable = host.subscribeInput(inputOf(descriptor));
  else wait.pollable = host.subscribeOutput(outputOf(descriptor));
  return SUCCESS;
}

function isAtEnd(descriptor: Descriptor): bool {
  host.stat(descriptor.handle, RETURN_AREA);
  return !load<u8>(RETURN_AREA) && load<u64>(RETURN_AREA, 24) <= descriptor.position;
}

function subscribeClock(subscription: usize, wait: Wait): u32 {
  const clock = app.load32(subscription + 16);
  const flags = app.load32(subscription + 40) & 0xffff;
  let time = app.load64(subscription + 24);
  if (clock > MONOTONIC || flags > MOMENT) return INVAL;
  if (flags && clock == MONOTONIC) {
    wait.pollable = host.subscribeInstant(time);
    return SUCCESS;
  }
  if (flags) {
    // Only one clock can be waited for.
    host.wallNow(RETURN_AREA);
    const now = datetime();
    time = time > now ? time - now : 0;
  }
  if (time) wait.pollable = host.subscribeDuration(time);
  else wait.isReady = 1;
  return SUCCESS;
}

/** Waits until one is ready at least, and finds which are. */
function waitFor(count: usize, pollables: usize): void {
  if (!pollables) return;
  let list: usize = 0;
  // If one is ready already, the others are only asked.
  if (pollables == count) {
    if (count == 1) {
      host.pollableBlock(waitAt(0).pollable);
      waitAt(0).isReady = 1;
      return;
    }
    list = allocate(4, count << 2);
    for (let i: usize = 0; i < count; i++) store<u32>(list + (i << 2), waitAt(i).pollable);
    host.poll(list, count, RETURN_AREA);
    const ready: usize = load<u32>(RETURN_AREA);
    for (let at = ready; at < ready + ((<usize>load<u32>(RETURN_AREA, 4)) << 2); at += 4) waitAt(load<u32>(at)).isReady = 1;
    empty();
    return;
  }
  for (let i: usize = 0; i < count; i++) {
    const wait = waitAt(i);
    if (wait.pollable) wait.isReady = <u32>host.pollableReady(wait.pollable);
  }
}
