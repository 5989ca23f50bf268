import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

test('flags have the types of their fallbacks, or those that the page declares', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const {status, stdout} = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'test'], {cwd: root, encoding: 'utf8'});
  assert.equal(status, 0, stdout);
});
