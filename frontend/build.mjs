// Builds the browser code from npm packages and src/ into src/cheji/web/static/built.
// Usage: node build.mjs [--watch]
import { context, build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const out = join(here, "..", "src", "cheji", "web", "static", "built");
const floor = ["chrome100", "safari15.4"];

// Colours and selectors that browsers at the floor do not know.
const tooNew = /light-dark\(|oklch\(|oklab\(|color-mix\(|:has\(|@container|@layer/;

const shared = { bundle: true, minify: true, target: floor, legalComments: "none", outdir: out };
const jobs = [
  { ...shared, entryPoints: { app: "src/app.js", charts: "src/charts.js", grid: "src/grid.js" }, format: "esm" },
  { ...shared, entryPoints: { theme: "src/theme.js" }, format: "iife" },
  { ...shared, entryPoints: { app: "src/app.css", grid: "src/grid.css" } },
].map((job) => ({ ...job, absWorkingDir: here }));

async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  const mark = await readFile(join(here, "src", "mark.svg"), "utf8");
  const brand = `<symbol id="i-mark" viewBox="0 0 32 32">${inside(mark)}</symbol>`;
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${brand}${symbols.join("")}</svg>\n`;
  await writeFile(join(out, "icons.svg"), text);
}

async function symbol(name) {
  const path = join(packages, "@tabler", "icons", "icons", "outline", `${name}.svg`);
  const drawing = inside(await readFile(path, "utf8")).replace(/<path stroke="none"[^>]*\/>/, "");
  const pen = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="i-${name}" viewBox="0 0 24 24" ${pen}>${drawing}</symbol>`;
}

function inside(svg) {
  return svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
}

// Pictures inside the style sheet become files, so that the policy needs no data: addresses.
async function extractPictures(name) {
  const path = join(out, name);
  let css = await readFile(path, "utf8");
  const found = [...new Set([...css.matchAll(/url\((["']?)(data:image\/svg\+xml[^)]*?)\1\)/g)].map((m) => m[0]))];
  for (const [index, whole] of found.entries()) {
    const address = whole.replace(/^url\(["']?/, "").replace(/["']?\)$/, "");
    const comma = address.indexOf(",");
    const body = decodeURIComponent(address.slice(comma + 1)).replace(/\\(["'#])/g, "$1");
    const picture = `picture-${name.replace(".css", "")}-${index + 1}.svg`;
    await writeFile(join(out, picture), body);
    css = css.split(whole).join(`url(${picture})`);
  }
  if (/url\(["']?data:/.test(css)) throw new Error(`${name}: a data: address is left`);
  const old = css.match(tooNew);
  if (old) throw new Error(`${name}: ${old[0]} is newer than the browser floor ${floor.join(", ")}`);
  await writeFile(path, css);
}

// A dangling source map comment makes the manifest storage refuse the file.
async function dropSourceMaps() {
  for (const name of await readdir(out)) {
    if (!/\.(js|css)$/.test(name)) continue;
    const path = join(out, name);
    const text = await readFile(path, "utf8");
    const clean = text.replace(/^\s*(\/\/|\/\*)[#@]\s*sourceMappingURL=.*$/gm, "");
    if (clean !== text) await writeFile(path, clean);
  }
}

async function licences() {
  const parts = [];
  for (const name of ["@popperjs/core", "@tabler/icons", "bootstrap", "echarts", "htmx.org", "tabulator-tables", "tslib", "zrender"]) {
    const folder = join(packages, name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const files = (await readdir(folder, { withFileTypes: true }))
      .filter((file) => file.isFile() && /^(licen[cs]e|notice)/i.test(file.name))
      .map((file) => file.name)
      .sort();
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    parts.push(`${name} ${version} (${license})\n\n${texts.join("\n\n").trim()}\n`);
  }
  await writeFile(join(out, "licences.txt"), parts.join(`\n${"-".repeat(72)}\n\n`));
}

async function rest() {
  await copyFile(join(packages, "htmx.org", "dist", "htmx.min.js"), join(out, "htmx.js"));
  await copyFile(join(here, "src", "mark.svg"), join(out, "mark.svg"));
  await Promise.all([sprite(), licences()]);
  for (const name of ["app.css", "grid.css"]) await extractPictures(name);
  await dropSourceMaps();
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all(jobs.map((job) => build(job)));
await rest();
console.log(`built ${(await readdir(out)).length} files into src/cheji/web/static/built`);

if (process.argv.includes("--watch")) {
  const after = { name: "after", setup: (b) => b.onEnd(() => rest().catch((fault) => console.error(fault.message))) };
  for (const job of jobs) await (await context({ ...job, plugins: [after] })).watch();
}
