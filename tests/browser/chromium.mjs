// Debian's Chromium without a window, driven by the playwright-core of sdk/js.
import {createRequire} from 'node:module';

const {chromium} = createRequire(new URL('../../sdk/js/package.json', import.meta.url))('playwright-core');

// Without a sandbox because tests may run as root; the others keep it from asking its makers for anything.
const kArguments = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync',
];

export function launchChromium() {
  return chromium.launch({executablePath: process.env.CONVERGE_CHROMIUM ?? '/usr/bin/chromium', args: kArguments});
}
