// Writes dist/sbom.cdx.json, a bill of materials in CycloneDX 1.5: this package, and the packages that npm installs with it, in the
// versions of package-lock.json, which are those that the tests run with. `npm sbom` of npm 11.19 leaves out a dependency that is a
// peer of another package, too, and the exception of our licence. The same lock file gives the same bytes.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const { name, version, description, license, dependencies } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
const { packages } = JSON.parse(await readFile(path.join(root, "package-lock.json"), "utf8"));

/** Where Node finds a package that one in this place asks for. */
function placeOf(wanted, from) {
  const place = path.posix.join(from, "node_modules", wanted);
  if (packages[place] !== undefined) return place;
  if (from === "") throw new Error(`package-lock.json has no ${wanted}`);
  return placeOf(wanted, from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ""));
}

/** A package's URL: https://github.com/package-url/purl-spec */
const purlOf = (each, itsVersion) => `pkg:npm/${each.replace("@", "%40")}@${itsVersion}`;
const nameOf = (place) => place.replace(/.*node_modules\//, "");
const refOf = (place) => (place === "" ? purlOf(name, version) : purlOf(nameOf(place), packages[place].version));

/** By what they are: the same version may lie in several places. */
const found = new Map([[refOf(""), ""]]);
const graph = [];
// A map goes on with what is added to it.
for (const [ref, place] of found) {
  const needs = Object.keys((place === "" ? { dependencies } : packages[place]).dependencies ?? {}).map((each) => placeOf(each, place));
  for (const each of needs) if (!found.has(refOf(each))) found.set(refOf(each), each);
  graph.push({ ref, dependsOn: needs.map(refOf) });
}

const components = [...found.values()].slice(1).map((place) => {
  const { version: itsVersion, license: itsLicense, integrity } = packages[place];
  if (itsLicense === undefined) throw new Error(`package-lock.json says no licence of ${place}`);
  const [algorithm, digest] = integrity.split("-");
  return {
    type: "library",
    "bom-ref": refOf(place),
    name: nameOf(place),
    version: itsVersion,
    purl: refOf(place),
    hashes: [{ alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") }],
    licenses: [{ expression: itsLicense }],
  };
});
const bom = {
  $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: {
    component: {
      type: "application",
      "bom-ref": refOf(""),
      name,
      version,
      description,
      purl: refOf(""),
      licenses: [{ expression: license }],
    },
  },
  components,
  dependencies: graph,
};
await writeFile(path.join(root, "dist/sbom.cdx.json"), `${JSON.stringify(bom)}\n`);
