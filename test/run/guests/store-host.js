// The store of blobs as a part of a host on Node.

import { blobsOf } from "./store.js";

export default (wasi) => blobsOf(wasi["wasi:filesystem/preopens"].getDirectories);
