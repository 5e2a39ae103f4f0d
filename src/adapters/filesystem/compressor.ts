/** `compress`: what makes deflate streams of contents, which each are inflated again to see that they are right. */
import { OptionError } from "../../errors.ts";
import type { Compressor } from "../../image/packing.ts";
import { inflated } from "../inflate.ts";

/** @throws OptionError, when it is called, if what it is given is no deflate stream of the contents */
export const checkedCompressor =
  (compress: Compressor): Compressor =>
  (contents) => {
    const stream: unknown = compress(contents);
    const bytes = stream instanceof Uint8Array ? inflated(stream, contents.length) : undefined;
    if (!(stream instanceof Uint8Array) || bytes === undefined || contents.some((byte, at) => byte !== bytes[at]))
      throw new OptionError(
        "compress",
        "`compress` does not give a Uint8Array of deflate without a header, as `deflateRawSync` of Node does",
      );
    return stream;
  };
