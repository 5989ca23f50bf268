// A PostgreSQL server of its own in a folder, reached by a socket there and by no port. Root is not allowed to run it: it then runs
// as the user that Debian's package makes.
import {execFileSync, spawn} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const kDebianFolder = '/usr/lib/postgresql';
const kUser = 'postgres';
const kStartMilliseconds = 30_000;

// The newest installed version's programs, or null.
export function postgresPrograms() {
  const versions = existsSync(kDebianFolder) ? readdirSync(kDebianFolder) : [];
  const newest = versions.filter((version) => existsSync(join(kDebianFolder, version, 'bin', 'initdb'))).sort().at(-1);
  return newest === undefined ? null : join(kDebianFolder, newest, 'bin');
}

const asUser = (command) => (process.getuid() === 0
  ? ['setpriv', `--reuid=${kUser}`, `--regid=${kUser}`, '--clear-groups', ...command]
  : command);

// `prefix` is a command that runs the server, for example one that pins it to a core.
export async function startPostgres(programs, folder, prefix) {
  mkdirSync(folder);
  if (process.getuid() === 0) execFileSync('chown', [`${kUser}:`, folder]);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const run = ([command, ...rest], options) => execFileSync(command, rest, options);
  run(asUser([join(programs, 'initdb'), '--pgdata', data, '--auth', 'trust', '--username', kUser, '--no-sync']), {stdio: 'ignore'});
  const [command, ...rest] = [...prefix, ...asUser([
    join(programs, 'postgres'), '-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'log_min_messages=panic',
  ])];
  const child = spawn(command, rest, {stdio: 'ignore', cwd: '/'});
  const ready = asUser([join(programs, 'pg_isready'), '-q', '-h', folder]);
  for (const until = Date.now() + kStartMilliseconds; ; await sleep(100)) {
    try {
      run(ready, {stdio: 'ignore', cwd: '/'});
      return child;
    } catch {
      if (child.exitCode !== null || Date.now() > until) throw new Error('PostgreSQL does not start');
    }
  }
}
