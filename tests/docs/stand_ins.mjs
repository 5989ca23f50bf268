// Commands that stand for what readers have: the program under the name that pages use, on a port that is free, and an npm that
// asks no registry but links what tests/sdk has installed and what this project makes itself.
import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const installed = join(root, 'tests', 'sdk', 'node_modules');
const kOwnPackage = '@converge/web';
const ownPackage = join(root, 'sdk', 'js');

const npm = `[ "$1" = install ] || { echo "npm $1 is not followed" >&2; exit 1; }
shift
for package in "$@"; do
  case $package in
    ${kOwnPackage}) from='${ownPackage}' ;;
    *) from='${installed}'/"$package" ;;
  esac
  [ -e "$from" ] || { echo "tests/sdk does not install $package" >&2; exit 1; }
  mkdir -p "$(dirname "node_modules/$package")"
  ln -sfn "$from" "node_modules/$package"
done`;

export function makeStandIns(folder, program, port) {
  mkdirSync(folder);
  const converge = `[ "$1" = serve ] && exec '${program}' "$@" --port ${port}\nexec '${program}' "$@"`;
  for (const [name, text] of Object.entries({converge, npm})) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  symlinkSync(process.execPath, join(folder, 'node'));
}
