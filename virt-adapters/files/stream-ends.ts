// What streams and descriptors need where files can be written, and nowhere else: reads may have put something together
// in the arena, and output streams and descriptors have a cell.

import { reset } from "../io/call";
import { closeDescriptor, closeStream, isFileOutput } from "./open-file";

export function io_streams__input_stream_read__post(_result: usize): void {
  reset();
}

export function io_streams__input_stream_blocking_read__post(_result: usize): void {
  reset();
}

export function io_streams__output_stream_dtor(self: usize): void {
  if (isFileOutput(self)) closeStream(self);
}

export function filesystem_types__descriptor_read__post(_result: usize): void {
  reset();
}

export function filesystem_types__descriptor_dtor(self: usize): void {
  closeDescriptor(self);
}
