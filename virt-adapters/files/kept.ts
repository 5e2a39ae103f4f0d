// wasi-nest:virtual/kept (../kept.wit): streams of which there are several handles, one after the other or at once, and
// which last until they are ended. The number of one is its representation; those of each kind are in a list, which
// destructors look at.

import {
  dropOwnInputStream,
  dropOwnOutputStream,
  inputStreamOf,
  newInputStream,
  newOutputStream,
  outputStreamOf,
} from "../abi/own-resources";
import { PASSING } from "./space";
import { PIPES } from "../../src/image/layout";
import { UNIT, giveUnits, take } from "./heap";
import { io_streams__input_stream_dtor, io_streams__input_stream_dtor__host } from "../io/input-stream";
import { io_streams__output_stream_dtor__host } from "../io/output-stream";
import { io_streams__output_stream_dtor__altered } from "../io/altered";
import { openPipes } from "./open-file";
import { io_streams__output_stream_dtor } from "./stream-ends";

@unmanaged
class Kept {
  next: usize;
  representation: usize;
}

let inputs: usize = 0;
let outputs: usize = 0;

function isIn(list: usize, representation: usize): bool {
  for (; list; list = changetype<Kept>(list).next) if (changetype<Kept>(list).representation == representation) return true;
  return false;
}

/** The list with one more; what passes may exceed limits. */
function added(list: usize, representation: usize): usize {
  openPipes();
  const address = take(UNIT, PIPES, PASSING);
  if (!address) unreachable();
  const kept = changetype<Kept>(address);
  kept.next = list;
  kept.representation = representation;
  return address;
}

/** The list without one that is in it. */
function removed(list: usize, representation: usize): usize {
  const kept = changetype<Kept>(list);
  if (kept.representation != representation) {
    kept.next = removed(kept.next, representation);
    return list;
  }
  const next = kept.next;
  giveUnits(list, UNIT);
  return next;
}

export function virtual_kept__keep_input(handle: usize): usize {
  const representation = inputStreamOf(handle);
  inputs = added(inputs, representation);
  dropOwnInputStream(handle);
  return representation;
}

export function virtual_kept__keep_output(handle: usize): usize {
  const representation = outputStreamOf(handle);
  outputs = added(outputs, representation);
  dropOwnOutputStream(handle);
  return representation;
}

export function virtual_kept__input(representation: usize): usize {
  return newInputStream(representation);
}

export function virtual_kept__output(representation: usize): usize {
  return newOutputStream(representation);
}

export function virtual_kept__end_input(representation: usize): void {
  inputs = removed(inputs, representation);
  io_streams__input_stream_dtor(representation);
}

export function virtual_kept__end_input__host(representation: usize): void {
  inputs = removed(inputs, representation);
  io_streams__input_stream_dtor__host(representation);
}

export function virtual_kept__end_output(representation: usize): void {
  outputs = removed(outputs, representation);
  io_streams__output_stream_dtor(representation);
}

export function virtual_kept__end_output__host(representation: usize): void {
  outputs = removed(outputs, representation);
  io_streams__output_stream_dtor__host(representation);
}

export function io_streams__input_stream_dtor__kept(self: usize): void {
  if (!isIn(inputs, self)) io_streams__input_stream_dtor(self);
}

export function io_streams__input_stream_dtor__kept_host(self: usize): void {
  if (!isIn(inputs, self)) io_streams__input_stream_dtor__host(self);
}

export function io_streams__output_stream_dtor__kept(self: usize): void {
  if (!isIn(outputs, self)) io_streams__output_stream_dtor(self);
}

export function io_streams__output_stream_dtor__kept_host(self: usize): void {
  if (!isIn(outputs, self)) io_streams__output_stream_dtor__host(self);
}

export function io_streams__output_stream_dtor__kept_altered(self: usize): void {
  if (!isIn(outputs, self)) io_streams__output_stream_dtor__altered(self);
}
