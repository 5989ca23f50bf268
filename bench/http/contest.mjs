// The servers of a benchmark: one Converge, and what it is compared with, each asked what one unit gets. All of them run, on the
// servers' core, until the end.
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';

import {ConvergeServe} from '../../tests/sdk/converge_serve.mjs';
import {convergeDefinitions} from '../experiments.mjs';
import {Answers} from './answers.mjs';
import {onServerCore} from './load.mjs';
import {nginxVersion, startNginx} from './nginx.mjs';
import {kPeers, missingFor} from './peers.mjs';
import {fileRequest, kKinds, randomUnit, templatesOf} from './requests.mjs';

export const kExperiments = 5;
export const kNginx = 'nginx';
export const kWorkloads = {
  assign: 'POST /v1/assign',
  ofrep: 'POST /ofrep/v1/evaluate/flags (OFREP bulk)',
  growthbook: 'POST /api/eval (GrowthBook remote evaluation)',
};

const kSampledAnswers = 101;

const load = loadavg()[0].toFixed(2);
export const machine = `${cpus().length} x ${cpus()[0].model.trim()}, load before the run ${load}, node ${process.versions.node}`;

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

export class Contest {
  #started = [];

  static async start(program) {
    const contest = new Contest();
    contest.folder = mkdtempSync(join(tmpdir(), 'converge-http-bench-'));
    execFileSync('chmod', ['755', contest.folder]);  // nginx's worker and PostgreSQL are other users when root starts them
    const definitions = contest.#subfolder('definitions');
    writeFileSync(join(definitions, 'bench.json'), JSON.stringify(convergeDefinitions(kExperiments)));
    contest.converge = await ConvergeServe.start(program, definitions, onServerCore);
    contest.payload = await contest.converge.growthbookPayload();
    contest.answers = new Answers(program, contest.payload);
    return contest;
  }

  #subfolder(name) {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    execFileSync('chmod', ['755', folder]);
    return folder;
  }

  // `ask` makes the request for a unit, `values` reads the answer.
  #side(name, server, ask, values) {
    return {name, pid: server.pid, port: server.port, request: ask, values, templates: templatesOf(ask)};
  }

  ours(workload) {
    const {request, values} = kKinds[workload];
    const server = {pid: this.converge.child.pid, port: this.converge.port};
    return this.#side(workload, server, (unit, attributes) => request(unit, attributes, this.converge.clientKey), values);
  }

  // The one of the middle length.
  async #typicalAnswer(side) {
    const answers = await Promise.all(Array.from({length: kSampledAnswers}, () => this.answers.text(side, randomUnit())));
    return answers.sort((a, b) => a.length - b.length)[(kSampledAnswers - 1) / 2];
  }

  // One side for each of `ours`: a file as large as an answer of it. None, aloud, without nginx.
  async nginx(ours) {
    if (nginxVersion() === null) {
      console.error('http bench: nginx is left out: it is not installed');
      return [];
    }
    const files = {};
    for (const each of ours) files[`${each.name}.json`] = await this.#typicalAnswer(each);
    const server = await startNginx(this.#subfolder(kNginx), files);
    this.#started.push(server.child);
    return ours.map(({name}) => ({
      ...this.#side(`${kNginx}-${name}`, server, fileRequest(`${name}.json`)), of: name,
      label: `${nginxVersion()}, one worker, GET of a file of ${files[`${name}.json`].length} bytes`,
    }));
  }

  // Null, aloud, where it is not installed; anything else that goes wrong is a failure.
  async peer(name) {
    const {kind, key, label, start, isSameHash = false, ...needs} = kPeers[name];
    const missing = missingFor(needs);
    if (missing !== null) {
      console.error(`http bench: ${name} is left out: ${missing}`);
      return null;
    }
    const server = await start(this.#subfolder(name), kExperiments, this.payload);
    this.#started.push(...server.children);
    const {request, values} = kKinds[kind];
    return {...this.#side(name, server, (unit, attributes) => request(unit, attributes, key), values), label: label(), isSameHash};
  }

  async stop() {
    this.answers.stop();
    for (const child of this.#started.reverse()) await stop(child);
    await this.converge.stop();
    rmSync(this.folder, {recursive: true});
  }
}
