// One shell for all commands of a page, so that a variable that one block sets is there for the next, and the servers that blocks
// with `background` start. All of it ends with the page.
import {spawn} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const kCommandsMilliseconds = 120_000;
const kStartMilliseconds = 30_000;
const kPollMilliseconds = 20;

export class Shell {
  #count = 0;
  #servers = [];
  #ended = false;

  // `scratch` is a folder for what the shell says, outside the page's own.
  constructor(folder, scratch, environment) {
    this.folder = folder;
    this.scratch = scratch;
    this.environment = environment;
    mkdirSync(scratch, {recursive: true});
    this.child = this.#spawn('sh', [], 'pipe', 'ignore');
    this.child.once('exit', () => { this.#ended = true; });
  }

  #spawn(command, parameters, input, output) {
    // A group of its own, so that what it started ends with it.
    const child = spawn(command, parameters, {
      cwd: this.folder, env: this.environment, detached: true, stdio: [input, output, output],
    });
    process.once('exit', () => this.#signal(child, 'SIGKILL'));
    return child;
  }

  #signal(child, name) {
    try {
      process.kill(-child.pid, name);
    } catch {
      // It ended by itself.
    }
  }

  // What the commands wrote and whether the last of each line of them succeeded.
  async run(text) {
    const file = (name) => join(this.scratch, `${this.#count}.${name}`);
    this.#count += 1;
    writeFileSync(file('sh'), text);
    this.child.stdin.write(`. '${file('sh')}' >'${file('out')}' 2>'${file('err')}' </dev/null; echo $? >'${file('part')}'; ` +
                           `mv '${file('part')}' '${file('status')}'\n`);
    const status = await this.#appearing(file('status'), kCommandsMilliseconds);
    const [output, errors] = [readFileSync(file('out'), 'utf8'), readFileSync(file('err'), 'utf8')];
    return {status: Number(status), output, errors};
  }

  async #appearing(file, milliseconds) {
    for (const until = Date.now() + milliseconds; Date.now() < until; await sleep(kPollMilliseconds)) {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        if (this.#ended) throw new Error('the commands ended the shell');
      }
    }
    throw new Error(`no end after ${milliseconds / 1000} s`);
  }

  // Starts a server and waits until it says that it listens.
  async serve(text) {
    const child = this.#spawn('sh', ['-c', `exec ${text}`], 'ignore', 'pipe');
    this.#servers.push(child);
    let said = '';
    let isOver = false;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { said += part; });
    child.once('exit', () => { isOver = true; });
    for (const until = Date.now() + kStartMilliseconds; !/listening|[Ss]erving/.test(said); await sleep(kPollMilliseconds)) {
      if (isOver || Date.now() > until) throw new Error(`the server does not start:\n${said}`);
    }
  }

  async stop() {
    for (const child of [this.child, ...this.#servers]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      this.#signal(child, 'SIGTERM');
      await ended;
    }
  }
}
