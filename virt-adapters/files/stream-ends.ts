// What streams of files need where those of the image need nothing: reads may have put something together in the
// arena, and output streams have a cell.

import { reset } from "../io/call";
import { closeStream, isFileOutput } from "./open-file";

export function io_streams__input_stream_read__post(_result: usize): void {
  reset();
}

export function io_streams__input_stream_blocking_read__post(_result: usize): void {
  reset();
}

export function io_streams__output_stream_dtor(self: usize): void {
  if (isFileOutput(self)) closeStream(self);
}
