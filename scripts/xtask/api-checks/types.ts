// Whether generated clients know what every value is: node types.js FILE...
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** What openapi-typescript writes of that which a path, a request, an answer or the document has not. */
const OWN = [
  /^\s+(query|header|path|cookie|requestBody|content|get|put|post|delete|options|head|patch|trace)\?: never;$/,
  /^\s+(responses|parameters|requestBodies|headers|pathItems): never;$/,
  /^export type (webhooks|\$defs) = Record<string, never>;$/,
];

for (const file of process.argv.slice(2)) {
  const lines = readFileSync(file, "utf8").split("\n");
  assert(lines.length > 1000, `${file} is no client of this API`);
  const vague = lines.filter((line) => /\b(any|never)\b/.test(line) && !OWN.some((own) => own.test(line)));
  assert.deepEqual(vague, [], file);
}
