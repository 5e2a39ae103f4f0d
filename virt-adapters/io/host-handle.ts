// What generated shims call on the way between the app and the host: `wrap` makes a handle of ours of the
// host's, `unwrap` gives the host's handle behind a representation, `take` the one behind a handle that is
// given away, which is gone then. 0 if it is not the host's.

import {
  descriptorOf,
  directoryEntryStreamOf,
  dropOwnDescriptor,
  dropOwnDirectoryEntryStream,
  dropOwnError,
  dropOwnInputStream,
  dropOwnOutputStream,
  errorOf,
  inputStreamOf,
  newDescriptor,
  newDirectoryEntryStream,
  newError,
  newInputStream,
  newOutputStream,
  outputStreamOf,
} from "../abi/own-resources";
import { HOST_READ_ONLY } from "../../src/image/layout";
import { isOwnError } from "../files/open-file";
import { handleOf, hostDescriptor, hostDescriptorOf, isHost, isHostDescriptor, ofHost, setTaken } from "./representation";

export function wrap__io_error__error(handle: usize): usize {
  return newError(handle);
}

export function unwrap__io_error__error(self: usize): usize {
  return isOwnError(self) ? 0 : self;
}

export function take__io_error__error(handle: usize): usize {
  const error = unwrap__io_error__error(errorOf(handle));
  setTaken(true);
  dropOwnError(handle);
  setTaken(false);
  return error;
}

export function wrap__io_streams__input_stream(handle: usize): usize {
  return newInputStream(ofHost(handle));
}

export function unwrap__io_streams__input_stream(self: usize): usize {
  return isHost(self) ? handleOf(self) : 0;
}

export function take__io_streams__input_stream(handle: usize): usize {
  const stream = unwrap__io_streams__input_stream(inputStreamOf(handle));
  setTaken(true);
  dropOwnInputStream(handle);
  setTaken(false);
  return stream;
}

export function wrap__io_streams__output_stream(handle: usize): usize {
  return newOutputStream(ofHost(handle));
}

export function unwrap__io_streams__output_stream(self: usize): usize {
  return isHost(self) ? handleOf(self) : 0;
}

export function take__io_streams__output_stream(handle: usize): usize {
  const stream = unwrap__io_streams__output_stream(outputStreamOf(handle));
  setTaken(true);
  dropOwnOutputStream(handle);
  setTaken(false);
  return stream;
}

export function wrap__filesystem_types__descriptor(handle: usize): usize {
  return newDescriptor(hostDescriptor(handle, 0));
}

export function unwrap__filesystem_types__descriptor(self: usize): usize {
  return isHostDescriptor(self) ? hostDescriptorOf(self) : 0;
}

/** Whether nothing may be changed through it. */
export function read_only__filesystem_types__descriptor(self: usize): usize {
  return usize(isHostDescriptor(self) && (self & HOST_READ_ONLY) != 0);
}

export function take__filesystem_types__descriptor(handle: usize): usize {
  const descriptor = unwrap__filesystem_types__descriptor(descriptorOf(handle));
  setTaken(true);
  dropOwnDescriptor(handle);
  setTaken(false);
  return descriptor;
}

export function wrap__filesystem_types__directory_entry_stream(handle: usize): usize {
  return newDirectoryEntryStream(ofHost(handle));
}

export function unwrap__filesystem_types__directory_entry_stream(self: usize): usize {
  return isHost(self) ? handleOf(self) : 0;
}

export function take__filesystem_types__directory_entry_stream(handle: usize): usize {
  const stream = unwrap__filesystem_types__directory_entry_stream(directoryEntryStreamOf(handle));
  setTaken(true);
  dropOwnDirectoryEntryStream(handle);
  setTaken(false);
  return stream;
}
