// A real `converge serve` process on a free port, with a store of its own that goes with it.
import {execFile, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {Agent, request} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {promisify} from 'node:util';

const kConnections = 32;
const kStartMilliseconds = 30_000;
const kOwnKeys = [
  {name: 'web', role: 'client', key: 'client_of_the_tests'},
  {name: 'operator', role: 'decide', key: 'decide_of_the_tests'},
];

export class ConvergeServe {
  // `prefix` is a command that runs the program, for example one that pins it to a core; `flags` are more of `serve`, `keys` more
  // entries of the key file.
  static async start(program, definitions, prefix = [], {flags = [], keys: moreKeys = []} = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'converge-sdk-'));
    const database = join(folder, 'store.db');
    if (moreKeys.length > 0) {
      writeFileSync(`${database}.keys.json`, JSON.stringify({keys: [...kOwnKeys, ...moreKeys]}), {mode: 0o600});
    }
    const command = [...prefix, program, 'serve', '--db', database, '--definitions', definitions, ...flags];
    const server = new ConvergeServe(command, folder);
    server.program = program;
    server.database = database;
    try {
      await server.#run(0);
      const {keys} = JSON.parse(readFileSync(`${database}.keys.json`, 'utf8'));
      server.clientKey = keys.find(({role}) => role === 'client').key;
      server.decideKey = keys.find(({role}) => role === 'decide').key;
      const {definitions: trouble} = JSON.parse(await server.#ask({method: 'GET', path: '/healthz'}, ''));
      if (trouble !== null) throw new Error(`converge serve does not load ${definitions}: ${trouble.error}`);
    } catch (failure) {
      await server.stop();
      throw failure;
    }
    return server;
  }

  constructor(command, folder) {
    this.command = command;
    this.folder = folder;
    this.agent = new Agent({keepAlive: true, maxSockets: kConnections});
  }

  async #run(port) {
    const [program, ...rest] = this.command;
    const child = spawn(program, [...rest, '--port', `${port}`], {stdio: ['ignore', 'ignore', 'pipe']});
    this.child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    this.ended = new Promise((resolve) => child.once('exit', resolve));
    this.port = await this.#listening();
  }

  // Ends the process as the kernel would, in the middle of whatever it does.
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  // Another process on the same store and port.
  revive() {
    return this.#run(this.port);
  }

  #listening() {
    return new Promise((resolve, reject) => {
      const said = [];
      const lines = createInterface({input: this.child.stderr});
      lines.on('line', (line) => {
        said.push(line);
        const port = /listening on \S+:(\d+)$/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      this.ended.then(() => reject(new Error(`converge serve ended:\n${said.join('\n')}`)));
      setTimeout(() => reject(new Error('converge serve does not listen')), kStartMilliseconds).unref();
    });
  }

  // The assignments of a unit. Rejects with the server's words when it refuses.
  async assign(unit, attributes) {
    return JSON.parse(await this.assignText(unit, attributes)).assignments;
  }

  // What people do by POST /v1/experiments/{key}/actions.
  async act(experiment, action) {
    const body = JSON.stringify(action);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${this.decideKey}`,
    };
    return JSON.parse(await this.#ask({method: 'POST', path: `/v1/experiments/${experiment}/actions`, headers}, body));
  }

  // The evidence as of the newest tick, or null before the first one.
  async results(experiment) {
    const headers = {authorization: `Bearer ${this.decideKey}`};
    const path = `/v1/experiments/${experiment}/results`;
    return this.#ask({method: 'GET', path, headers}, '').then(JSON.parse, (failure) => {
      if (failure.status === 409) return null;
      throw failure;
    });
  }

  // The payload of the present catalog, by `converge export growthbook`.
  async growthbookPayload() {
    const {stdout} = await promisify(execFile)(this.program, ['export', 'growthbook', '--db', this.database]);
    return JSON.parse(stdout);
  }

  // The same as the text that was answered.
  assignText(unit, attributes) {
    const body = JSON.stringify({unit, attributes});
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-client-key': this.clientKey,
    };
    return this.#ask({method: 'POST', path: '/v1/assign', headers}, body);
  }

  #ask(options, body) {
    return new Promise((resolve, reject) => {
      const sent = request({...options, port: this.port, agent: this.agent}, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (answer.statusCode === 200) resolve(text);
          else {
            const failure = new Error(`${options.method} ${options.path} ${body}: ${answer.statusCode} ${text}`);
            reject(Object.assign(failure, {status: answer.statusCode}));
          }
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async stop() {
    this.agent.destroy();
    this.child.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, {recursive: true});
  }
}
