// What a page shows in headless Chromium.
import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

// Root needs --no-sandbox; the rest keeps the browser from asking for anything but the page.
const kSwitches = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--virtual-time-budget=10000',
];
const kMilliseconds = 60_000;

// The text of the body, or null where there is no Chromium.
export async function textShown(url) {
  const profile = mkdtempSync(join(tmpdir(), 'converge-docs-browser-'));
  try {
    const {stdout} = await promisify(execFile)('chromium', [...kSwitches, `--user-data-dir=${profile}`, '--dump-dom', url],
                                               {timeout: kMilliseconds});
    const body = /<body[^>]*>(.*)<\/body>/s.exec(stdout)?.[1] ?? '';
    return body.replaceAll(/<script.*?<\/script>/gs, '').replaceAll(/<[^>]*>/g, '').trim();
  } catch (failure) {
    if (failure.code === 'ENOENT') return null;
    throw failure;
  } finally {
    rmSync(profile, {recursive: true, force: true, maxRetries: 5});
  }
}
