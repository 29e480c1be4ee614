// Unpacks what npm has brought: the browser with its libraries, and a Chinese font in two weights.
import { chmodSync, createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { extract } from "tar-fs";

const browser = "node_modules/@sparticuz/chromium/bin";
const font = "node_modules/@expo-google-fonts/noto-sans-sc";

const unpacked = (name, into) => pipeline(createReadStream(`${browser}/${name}.br`), createBrotliDecompress(), into);
mkdirSync("browser/fonts", { recursive: true });
await unpacked("chromium", createWriteStream("browser/chromium"));
chmodSync("browser/chromium", 0o755);
for (const name of ["al2023.tar", "swiftshader.tar"]) await unpacked(name, extract("browser"));
for (const weight of ["400Regular", "700Bold"]) {
  const name = `NotoSansSC_${weight}.ttf`;
  renameSync(`${font}/${weight}/${name}`, `browser/fonts/${name}`);
}
renameSync("fonts.conf", "browser/fonts.conf");
chmodSync("chromium", 0o755);
rmSync("node_modules", { recursive: true });
