// The follower itself: a page that is wrong must not pass. Each case is a small page and what the follower has to say of it.
//   node follow_test.mjs PROGRAM
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const fence = '```';
const block = (info, text) => `${fence}${info}\n${text}\n${fence}\n`;
const greeting = block('text greeting.txt', 'good day');
const print = block('sh', 'cat greeting.txt');

const kCases = [
  {name: 'a page that is right', page: greeting + print + block('text output', 'good day'), status: 0, says: '1 outputs as the page says'},
  {name: 'another output', page: greeting + print + block('text output', 'good night'), says: 'the page says'},
  {name: 'one line more', page: greeting + print + block('text output', 'good day\nsir'), says: 'the page says'},
  {name: 'a dot is a dot', page: greeting + print + block('text output', 'good.day'), says: 'the page says'},
  {name: 'dots stand for anything in a line', page: greeting + print + block('text output', 'go...y'), status: 0, says: '1 outputs'},
  {name: 'JSON in other lines', page: block('sh', 'echo \'{"a":[1,2],"b":"x1"}\'') + block('json output', '{"a": [1, 2],\n "b": "x..."}'), status: 0, says: '1 outputs'},
  {name: 'JSON with a member more', page: block('sh', 'echo \'{"a":1,"b":2}\'') + block('json output', '{"a": 1}'), says: 'the page says'},
  {name: 'JSON of another type', page: block('sh', 'echo \'{"a":1}\'') + block('json output', '{"a": "1"}'), says: 'the page says'},
  {name: 'words beside the data', page: block('sh', 'echo data; echo words >&2') + block('text output', 'words\ndata'), status: 0, says: '1 outputs'},
  {name: 'words left out', page: block('sh', 'echo data; echo words >&2') + block('text output', 'data'), status: 0, says: '1 outputs'},
  {name: 'data left out', page: block('sh', 'echo data; echo words >&2') + block('text output', 'words'), says: 'the page says'},
  {name: 'commands that fail', page: block('sh', 'false') + greeting + print + block('text output', 'good day'), says: 'exit status 1'},
  {name: 'a failure that the page names', page: block('sh', 'echo no; false') + block('text output', 'no\n(exit status 1: it says so)'), status: 0, says: '1 outputs'},
  {name: 'a failure with the right output', page: block('sh', 'echo no; false') + block('text output', 'no'), says: 'exit status 1'},
  {name: 'a block of no known kind', page: greeting + print + block('text output', 'good day') + block('yaml', 'a: 1'), says: 'what is to be done with this block?'},
  {name: 'a page with nothing to compare', page: greeting + print, says: 'nothing was compared'},
  {name: 'an output without commands', page: block('text output', 'good day'), says: 'no commands above'},
  {name: 'a block without an end', page: `${fence}sh\ntrue\n`, says: 'does not end'},
  {name: 'a server that does not start', page: block('sh background', 'converge serve --no-such-option'), says: 'does not start'},
  {name: 'a package that is not there', page: block('sh', 'npm install no-such-package'), says: 'does not install no-such-package'},
  {name: 'a variable lives on in the next block', page: block('sh', 'export DAY=good') + block('sh', 'echo $DAY') + block('text output', 'good'), status: 0, says: '1 outputs'},
];

const [program] = process.argv.slice(2);
if (program === undefined) {
  console.error('follow_test: expected PROGRAM');
  process.exit(2);
}
const follower = join(dirname(fileURLToPath(import.meta.url)), 'follow.mjs');
const folder = mkdtempSync(join(tmpdir(), 'converge-follow-test-'));
try {
  for (const {name, page, status = 1, says} of kCases) {
    const file = join(folder, 'page.md');
    writeFileSync(file, page);
    const {status: found, stdout, stderr} = spawnSync(process.execPath, [follower, '--program', program, file], {encoding: 'utf8'});
    if (found === status && (stdout + stderr).includes(says)) continue;
    console.error(`${name}: exit status ${found}, expected ${status} and "${says}"\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
  console.log(`${kCases.length} pages`);
} finally {
  rmSync(folder, {recursive: true});
}
