// Bundles css and controllers into src/tenure/screens/static/tenure, writes the manifest that maps a name to
// its hashed file, and the inner SVG of the icons we use to src/tenure/screens/icons.json (committed).
// node build.mjs [--watch]
import { gzipSync } from "node:zlib"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { basename, dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"

const here = dirname(fileURLToPath(import.meta.url))
const screens = join(here, "..", "src", "tenure", "screens")
const out = join(screens, "static", "tenure")
const watch = process.argv.includes("--watch")
// Gzipped bytes; a page must stay quick on a slow line.
const limits = { "app.js": 60_000, "app.css": 25_000 }

async function writeIcons() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"))
  const icons = {}
  for (const name of names.sort()) {
    const svg = await readFile(join(here, "node_modules", "lucide-static", "icons", `${name}.svg`), "utf8")
    icons[name] = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace("</svg>", "").replace(/\s*\n\s*/g, "").trim()
  }
  await writeFile(join(screens, "icons.json"), JSON.stringify(icons, null, 1) + "\n")
}

const manifest = {
  name: "manifest",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length) return
      const files = {}
      for (const [path, output] of Object.entries(result.metafile.outputs)) {
        if (!output.entryPoint) continue
        const name = `${basename(output.entryPoint).replace(/\.[^.]+$/, "")}${path.slice(path.lastIndexOf("."))}`
        files[name] = relative(out, join(here, path))
        const packed = gzipSync(await readFile(join(here, path)), { level: 9 })
        if (!watch) await writeFile(join(here, `${path}.gz`), packed) // who serves them finds it beside the file
        const size = packed.length
        console.log(`${name} ${(size / 1000).toFixed(1)} kB gzipped`)
        if (!watch && size > limits[name]) {
          console.error(`${name} is over its limit of ${limits[name] / 1000} kB`)
          process.exitCode = 1
        }
      }
      await writeFile(join(out, "manifest.json"), JSON.stringify(files, null, 1) + "\n")
    })
  },
}

await rm(out, { recursive: true, force: true })
await mkdir(out, { recursive: true })
await writeIcons()
const context = await esbuild.context({
  absWorkingDir: here,
  entryPoints: ["app.js", "app.css", "icon.svg"],
  outdir: out,
  bundle: true,
  minify: !watch,
  metafile: true,
  format: "iife",
  target: ["chrome125", "firefox128", "safari17.5"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "copy" },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [manifest],
})
if (watch) await context.watch()
else {
  await context.rebuild()
  await context.dispose()
}
