// What programs of AssemblyScript have of preview 1: arguments, environment, streams, time and an exit code.

console.log(process.argv.slice(1).join(","));
console.log(process.env.get("GREETING") + " " + process.env.has("NONE").toString() + " " + process.env.size.toString());
const input = new ArrayBuffer(100);
console.log(process.stdin.read(input).toString());
console.log((Date.now() > 1500000000000).toString() + " " + (process.hrtime() > 0).toString());
process.stderr.write("an error\n");
process.exit(3);
