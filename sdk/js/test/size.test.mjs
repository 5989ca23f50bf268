import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

import {build} from 'esbuild';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const exportsOf = (...entries) => entries.map((entry) => `export * from '${dist}${entry}';`).join('');

async function gzipOf(contents) {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir: dist}, bundle: true, minify: true, format: 'esm', target: 'es2020', external: ['react'], write: false});
  return gzipSync(outputFiles[0].contents, {level: 9}).length;
}

const core = await gzipOf(exportsOf('index.js'));

test('the core is at most 8 kB', () => assert.ok(core <= 8_000, `${core} bytes`));

test('the React binding adds at most 1 kB', async () => {
  const more = await gzipOf(exportsOf('index.js', 'react/index.js')) - core;
  assert.ok(more <= 1_000, `${more} bytes`);
});

test('core and CX pack are at most 12 kB', async (t) => {
  if (!existsSync(`${dist}../src/cx/index.ts`)) return t.skip('there is no CX pack here');
  const both = await gzipOf(exportsOf('index.js', 'cx/index.js'));
  assert.ok(both <= 12_000, `${both} bytes`);
});

test('what a page does not import it does not load', async () => {
  const one = await gzipOf(`export {hideUntil} from '${dist}index.js';`);
  assert.ok(one <= 500, `${one} bytes`);
});
