// Modules of src/ that the package does not export, for tests of one part.
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

export async function source(name) {
  const entry = fileURLToPath(new URL(`../src/${name}`, import.meta.url));
  const {outputFiles} = await build({entryPoints: [entry], bundle: true, format: 'esm', target: 'es2020', write: false});
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
