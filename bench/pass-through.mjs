// A component around an app that hands `wasi:filesystem/types` `read-via-stream` on from the host and does
// nothing else: what any component between an app and its host costs. Made of what outputs are made of.

import { bytesOf } from "../dist/binary/chunk.js";
import { Assembler } from "../dist/binary/assembler.js";
import { Interfaces } from "../dist/component/interfaces.js";
import { worldOf } from "../dist/component/world.js";
import { compose } from "../dist/compose/outer.js";
import { Header, imageOf } from "../dist/image/image.js";
import { IMAGE_BASE, RETURN_AREA } from "../dist/image/layout.js";
import { memoryModule } from "../dist/image/memory-module.js";
import { shimModule } from "../dist/shim/shims.js";

const KEY = "wasi:filesystem/types@0.2";
const FUNCTION = "[method]descriptor.read-via-stream";

export function passThrough(app) {
  const world = worldOf(app);
  const interfaces = new Interfaces();
  for (const [name, item] of world.imports) interfaces.add(name, item.exports);
  const { exports } = interfaces.get(KEY);
  const shims = shimModule([{ kind: "shim", key: KEY, name: FUNCTION, type: exports.get(FUNCTION).type }], {
    name: "shims",
    isOwned: () => false,
    mainExport: (operation) => operation,
    interfaceName: (key) => key,
    returnArea: { address: RETURN_AREA, byteLength: IMAGE_BASE - RETURN_AREA },
  });
  const exportName = "f";
  const core = { module: 1, ...shims.functions[0] };
  const part = {
    id: "pass",
    role: "adapter",
    provides: new Map(),
    memory: {
      bytes: memoryModule(imageOf(new Header(), [], "nothing"), {
        name: "memory",
        destructorCount: 0,
        frozenClock: undefined,
        isKept: false,
      }),
      destructors: new Map(),
    },
    modules: [
      { id: "pass", bytes: new Assembler("pass").finish(), imports: [], memoryAs: undefined, mainAs: undefined },
      { id: "pass", ...shims.module },
    ],
    substitutes: [{ key: KEY, name: FUNCTION, type: exports.get(FUNCTION).type, exportName, core }],
    coreExport: () => undefined,
  };
  const { chunks } = compose({
    name: "pass-through",
    app: { bytes: app, world },
    interfaces,
    parts: [part],
    reexports: [{ key: KEY, ofHost: true, names: new Set(exports.keys()), shims: new Map([[FUNCTION, { part: part.id, exportName }]]) }],
    exports: [],
    exportedTypes: new Map(),
    providerOf: () => "host",
    custom: () => [],
  });
  return bytesOf(chunks);
}
