// Builds the two files that `web` serves: the launcher, and the panel that it loads when the chat is opened.
// The panel's name holds its hash, and the launcher holds the panel's name and integrity: whoever pins the launcher
// pins both. `node build.mjs [FOLDER]`; the same sources give the same bytes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "dist");
const LICENSES = "/*! Contains Lit (BSD-3-Clause, Google LLC) and Marked's lexer (MIT, Christopher Jeffrey and the MarkedJS authors). */";

// marked's modules, so that only its lexer is built in; later versions are published as one file that holds everything.
const MARKED_LEXER = join(here, "node_modules/marked/src/Lexer.js");

async function bundled(entry, define = {}, banner = "") {
  const made = await build({
    entryPoints: [join(here, "src", entry)], absWorkingDir: here, bundle: true, minify: true, write: false,
    format: "esm", target: "es2022", legalComments: "none", banner: { js: banner }, define, alias: { "marked/lexer": MARKED_LEXER }, plugins: [minifiedTemplates],
  });
  return Buffer.from(made.outputFiles[0].contents);
}

// White space in Lit's templates is for the reader of the source.
const minifiedTemplates = {
  name: "no indentation in templates",
  setup(builder) {
    builder.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/\n\s+/g, "\n"), loader: "ts",
    }));
  },
};

const integrity = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

const panel = await bundled("panel.ts", {}, LICENSES);
const name = `panel-${createHash("sha256").update(panel).digest("hex").slice(0, 12)}.js`;
const launcher = await bundled("launcher.ts", {
  PANEL_FILE: JSON.stringify(`widget/${name}`), PANEL_INTEGRITY: JSON.stringify(integrity(panel)),
});

mkdirSync(out, { recursive: true });
for (const old of readdirSync(out)) rmSync(join(out, old));
writeFileSync(join(out, name), panel);
writeFileSync(join(out, "widget.js"), launcher);
writeFileSync(join(out, "integrity.json"), JSON.stringify({ "widget.js": integrity(launcher), [name]: integrity(panel) }, null, 2) + "\n");
for (const [file, bytes] of [["widget.js", launcher], [name, panel]]) {
  console.log(`${file}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip`);
}
