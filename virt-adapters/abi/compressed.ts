// Compressed files. The code is a guest by itself (../compressed) that the composer puts in here, so only an output that has
// compressed files has it; from all others the composer takes the call away.

/** The object of a file, with its contents there to be read; or an error code. What is no compressed file is as it was. */
@external("compressed", "inflate_file")
export declare function inflateFile(object: usize): usize;
