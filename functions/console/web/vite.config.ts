import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));

/** Compresses what was built, once, so that the function `console` only has to read it. */
function compressed(): Plugin {
  let isWatching = false;
  let out = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      isWatching = config.build.watch !== null;
      out = config.build.outDir;
    },
    closeBundle() {
      mkdirSync(out, { recursive: true });
      const quality = isWatching ? 4 : constants.BROTLI_MAX_QUALITY;
      const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
      for (const name of readdirSync(out).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const bytes = readFileSync(join(out, name));
        writeFileSync(join(out, `${name}.br`), brotliCompressSync(bytes, { params }));
        writeFileSync(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: here,
  base: "/console/",
  plugins: [vue(), compressed()],
  build: {
    outDir: join(here, "../../../target/console"),
    // A page that is open while somebody develops still asks for files of the build before.
    emptyOutDir: !process.argv.includes("--watch"),
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: "es2022",
  },
  // `npx vite` alone: with the functions of a `scripts/dev` behind it.
  server: { proxy: { "/api": "http://localhost:9000" } },
});
