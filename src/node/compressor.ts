/** What the command compresses files with. */
import { constants, deflateRawSync } from "node:zlib";

/** As small as it gets. */
export const deflate = (contents: Uint8Array): Uint8Array =>
  deflateRawSync(contents, { level: constants.Z_BEST_COMPRESSION, memLevel: constants.Z_MAX_MEMLEVEL });
