// What a server has stored, read off its database while it runs: tests compare with the truth and not with an answer.
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const kBytesMax = 64 * 1024 * 1024;

export async function storedEvents(database) {
  const {stdout} = await promisify(execFile)(
    'sqlite3', ['-readonly', '-cmd', '.timeout 5000', database, 'select cast(body as text) from events where kind = 0 order by seq'],
    {maxBuffer: kBytesMax});
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
