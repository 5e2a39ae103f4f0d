// wasi-nest:virtual/kept (../kept.wit): streams of which there are several handles, one after the other or at once, and
// which last until they are ended. The number of one is its representation. Destructors look at the lists (kept-list.ts).

import {
  dropOwnInputStream,
  dropOwnOutputStream,
  inputStreamOf,
  newInputStream,
  newOutputStream,
  outputStreamOf,
} from "../abi/own-resources";
import { io_streams__input_stream_dtor, io_streams__input_stream_dtor__host } from "../io/input-stream";
import { io_streams__output_stream_dtor__host } from "../io/output-stream";
import { io_streams__output_stream_dtor__altered } from "../io/altered";
import { inputs, isIn, keepInput, keepOutput, letInputGo, letOutputGo, outputs } from "./kept-list";
import { io_streams__output_stream_dtor } from "./stream-ends";

export function virtual_kept__keep_input(handle: usize): usize {
  const representation = inputStreamOf(handle);
  keepInput(representation);
  dropOwnInputStream(handle);
  return representation;
}

export function virtual_kept__keep_output(handle: usize): usize {
  const representation = outputStreamOf(handle);
  keepOutput(representation);
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
  letInputGo(representation);
  io_streams__input_stream_dtor(representation);
}

export function virtual_kept__end_input__host(representation: usize): void {
  letInputGo(representation);
  io_streams__input_stream_dtor__host(representation);
}

export function virtual_kept__end_output(representation: usize): void {
  letOutputGo(representation);
  io_streams__output_stream_dtor(representation);
}

export function virtual_kept__end_output__host(representation: usize): void {
  letOutputGo(representation);
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
