// Bundles every entry point, src/index.ts and src/*/index.ts, into dist/: one minified ES module each. `tsc` adds the types.
import {existsSync, readdirSync, rmSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const rooms = readdirSync(`${root}src`, {withFileTypes: true}).filter((entry) => entry.isDirectory()).map(({name}) => `src/${name}/index.ts`);
const entryPoints = ['src/index.ts', ...rooms.filter((entry) => existsSync(`${root}${entry}`))];

rmSync(`${root}dist`, {recursive: true, force: true});
await build({
  absWorkingDir: root,
  entryPoints,
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2020',
  packages: 'external',
});
