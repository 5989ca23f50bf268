// Follows a page of the documentation word for word in an empty folder: writes its files, runs its commands against the real
// program and compares what they print with what the page says. Exit status 0: everything is as the page says; 1: it is not.
//   node follow.mjs --program build/release/cli/converge [--first-steps PAGE:STEP] PAGE
// With --first-steps, the sections of that page up to the one whose heading begins with STEP come first.
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join, resolve} from 'node:path';
import {parseArgs} from 'node:util';

import {textShown} from './browser.mjs';
import {isPrinted} from './output.mjs';
import {blocksOf, blocksUpToStep, placeOf} from './page.mjs';
import {Shell} from './shell.mjs';
import {makeStandIns} from './stand_ins.mjs';

// What a reader fills in: the key of their server, and other ports where these are taken.
const kKeyOfPages = 'client_5f0c...';
const kPortOfPages = '8080';
const kPortOfFiles = '8000';
const kExitStatus = /\(exit status (\d+)[^)]*\)\s*$/;

const {values: options, positionals: [page]} = parseArgs({
  options: {program: {type: 'string'}, 'first-steps': {type: 'string'}},
  allowPositionals: true,
});
if (page === undefined || options.program === undefined) {
  console.error('follow: expected --program PROGRAM PAGE');
  process.exit(2);
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const {port} = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

class Reader {
  counts = {file: 0, commands: 0, background: 0, output: 0, browser: 0, shown: 0};
  #printed = null;

  constructor(folder, shell, port, filePort) {
    Object.assign(this, {folder, shell, port, filePort});
  }

  #filledIn(text) {
    const withPort = text.replaceAll(kPortOfPages, this.port).replaceAll(kPortOfFiles, this.filePort);
    if (!withPort.includes(kKeyOfPages)) return withPort;
    const file = readdirSync(this.folder).find((name) => name.endsWith('.keys.json'));
    if (file === undefined) throw new Error('a key is asked for before there is one');
    const {keys} = JSON.parse(readFileSync(join(this.folder, file), 'utf8'));
    return withPort.replaceAll(kKeyOfPages, keys.find(({role}) => role === 'client').key);
  }

  async follow(block) {
    const text = this.#filledIn(block.text);
    if (block.kind === null) throw new Error(`what is to be done with this block? (\`\`\`${block.language} ${block.word ?? ''})`);
    this.counts[block.kind] += 1;
    if (block.kind === 'commands' || block.kind === 'background') this.#settle();
    if (block.kind === 'file') this.#write(block.word, text);
    if (block.kind === 'commands') this.#printed = {block, ...await this.shell.run(text)};
    if (block.kind === 'background') await this.shell.serve(text);
    if (block.kind === 'output') this.#compare(text);
    if (block.kind === 'browser') await this.#open(this.#filledIn(block.address), text);
  }

  #write(name, text) {
    mkdirSync(dirname(join(this.folder, name)), {recursive: true});
    writeFileSync(join(this.folder, name), text);
  }

  #compare(text) {
    if (this.#printed === null) throw new Error('there are no commands above this output');
    const {status, output, errors} = this.#printed;
    const expectedStatus = Number(kExitStatus.exec(text)?.[1] ?? 0);
    this.#printed = null;
    if (status !== expectedStatus) throw new Error(`exit status ${status}, expected ${expectedStatus}\n${output}${errors}`);
    if (!isPrinted(text.replace(kExitStatus, ''), output, errors)) {
      throw new Error(`the page says\n${text}and the commands printed\n${output}${errors}`);
    }
  }

  async #open(url, text) {
    const shown = await textShown(url);
    if (shown === null) {
      this.counts.browser -= 1;
      console.log(`${url} is not opened: there is no chromium on this machine`);
    } else if (!isPrinted(text, shown, '')) {
      throw new Error(`the page says\n${text}and the browser shows\n${shown}`);
    }
  }

  // Commands whose output the page does not show must at least succeed.
  #settle() {
    if (this.#printed === null) return;
    const {block, status, output, errors} = this.#printed;
    this.#printed = null;
    if (status !== 0) throw new Error(`the commands of ${placeOf(block)}: exit status ${status}\n${output}${errors}`);
  }

  end() {
    this.#settle();
    const {commands, output} = this.counts;
    if (commands === 0 || output === 0) throw new Error(`nothing was compared: ${commands} commands, ${output} outputs`);
  }
}

// What the page started ends with it, also when somebody interrupts.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const folder = mkdtempSync(join(tmpdir(), 'converge-docs-'));
const port = String(await freePort());
makeStandIns(join(folder, 'bin'), resolve(options.program), port);
const home = join(folder, 'page');
mkdirSync(home);
const shell = new Shell(home, join(folder, 'shell'), {
  PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter), HOME: folder, LANG: 'C.UTF-8',
});
const reader = new Reader(home, shell, port, String(await freePort()));
let place = page;
try {
  const [firstPage, step] = options['first-steps']?.split(':') ?? [];
  const first = firstPage === undefined ? [] : blocksUpToStep(firstPage, step);
  for (const block of [...first, ...blocksOf(page)]) {
    place = placeOf(block);
    await reader.follow(block);
  }
  reader.end();
  const {file, commands, background, output, browser, shown} = reader.counts;
  console.log(`${page}: ${file} files, ${commands + background} commands, ${output} outputs as the page says, ` +
              `${browser} pages in a browser, ${shown} blocks only shown`);
} catch (failure) {
  console.error(`${place}: ${failure.message}`);
  process.exitCode = 1;
} finally {
  await shell.stop();
  rmSync(folder, {recursive: true});
}
