// What a request for the variants of one unit costs over HTTP: Converge's three protocols against nginx that serves a file of the
// answer's size, and against other engines. Requests a second and CPU time per request; rounds in turn, one core for the servers,
// the other for wrk. Prints one JSON line per pair in the style of converge_bench.
//   node http_bench.mjs PROGRAM [WORKLOAD|BASELINE]...
// With names only those workloads (assign, ofrep, growthbook) and baselines (nginx, growthbook-node, flagd-node, unleash).
// Environment: CONVERGE_BENCH_ROUNDS (5), CONVERGE_BENCH_SECONDS of a round (4).
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';

import {ConvergeServe} from '../../tests/sdk/converge_serve.mjs';
import {convergeDefinitions} from '../experiments.mjs';
import {Answers} from './answers.mjs';
import {figures, kConnections, kRounds, measure, onServerCore} from './load.mjs';
import {nginxVersion, startNginx} from './nginx.mjs';
import {kPeers, missingFor} from './peers.mjs';
import {fileRequest, kKinds, randomUnit, writeTemplates} from './requests.mjs';

const kExperiments = 5;
const kCheckedShare = 0.01;
const kNginx = 'nginx';
const kWorkloads = {
  assign: 'POST /v1/assign',
  ofrep: 'POST /ofrep/v1/evaluate/flags (OFREP bulk)',
  growthbook: 'POST /api/eval (GrowthBook remote evaluation)',
};

const [program, ...names] = process.argv.slice(2);
const chosen = (all) => {
  const some = all.filter((name) => names.includes(name));
  return some.length === 0 ? all : some;
};
const workloads = chosen(Object.keys(kWorkloads));
const baselines = chosen([kNginx, ...Object.keys(kPeers)]);
const unknown = names.find((name) => ![...Object.keys(kWorkloads), kNginx, ...Object.keys(kPeers)].includes(name));
if (program === undefined || unknown !== undefined) {
  console.error(`http_bench: expected PROGRAM [${[...Object.keys(kWorkloads), kNginx, ...Object.keys(kPeers)].join('|')}]...`);
  process.exit(2);
}

const loadBefore = loadavg()[0].toFixed(2);
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, load before the run ${loadBefore}, node ${process.versions.node}`;
const folder = mkdtempSync(join(tmpdir(), 'converge-http-bench-'));
execFileSync('chmod', ['755', folder]);  // nginx's worker and PostgreSQL are other users when root starts them
const started = [];

function side(name, server, request, values) {
  const templates = join(folder, `${name}.lua`);
  writeTemplates(templates, request);
  return {name, ...server, request, values, templates};
}

// Skips aloud what is not installed; anything else that goes wrong is a failure.
async function startPeer(name, payload) {
  const {kind, key, label, start, isSameHash = false, ...needs} = kPeers[name];
  const missing = missingFor(needs);
  if (missing !== null) {
    console.error(`http_bench: ${name} is left out: ${missing}`);
    return null;
  }
  mkdirSync(join(folder, name));
  execFileSync('chmod', ['755', join(folder, name)]);
  const server = await start(join(folder, name), kExperiments, payload);
  started.push(...server.children);
  const {request, values} = kKinds[kind];
  return {...side(name, server, (unit, attributes) => request(unit, attributes, key), values), label: label(), isSameHash};
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

async function startNginxFor(ours, answers) {
  if (nginxVersion() === null) {
    console.error('http_bench: nginx is left out: it is not installed');
    return [];
  }
  const files = {};
  for (const each of ours) files[`${each.name}.json`] = await answers.text(each, randomUnit());
  mkdirSync(join(folder, kNginx));
  execFileSync('chmod', ['755', join(folder, kNginx)]);
  const server = await startNginx(join(folder, kNginx), files);
  started.push(server.child);
  return ours.map(({name}) => ({
    ...side(`${kNginx}-${name}`, server, fileRequest(`${name}.json`)), of: name,
    label: `${nginxVersion()}, one worker, GET of a file of ${files[`${name}.json`].length} bytes`,
  }));
}

async function run(ours, theirs, answers) {
  const all = [...ours, ...theirs];
  for (const each of theirs) {
    if (each.isSameHash) await answers.checkValues(each, 1_000);
    else if (each.values !== undefined) await answers.checkSplit(each, kExperiments);
  }
  all.forEach(measure);  // warm-up
  const checked = Object.fromEntries(ours.map(({name}) => [name, 0]));
  const rounds = [];
  for (let i = 0; i < kRounds; ++i) {
    const round = Object.fromEntries(all.map((each) => [each.name, measure(each)]));
    rounds.push(round);
    for (const each of ours) {
      checked[each.name] += await answers.checkValues(each, Math.ceil(round[each.name].requests * kCheckedShare));
    }
  }
  for (const {name} of ours) {
    for (const {name: other, label} of theirs.filter(({of}) => of === undefined || of === name)) {
      console.log(JSON.stringify({
        workload: `http: ${kWorkloads[name]}, ${kExperiments} experiments, ${kConnections} connections, one core`,
        baseline: label,
        ...figures(rounds.map((round) => ({ours: round[name], theirs: round[other]}))),
        answers_checked: checked[name],
        machine,
        rounds: kRounds,
      }));
    }
  }
}

mkdirSync(join(folder, 'definitions'));
writeFileSync(join(folder, 'definitions', 'bench.json'), JSON.stringify(convergeDefinitions(kExperiments)));
const converge = await ConvergeServe.start(program, join(folder, 'definitions'), onServerCore);
let answers = null;
try {
  const payload = await converge.growthbookPayload();
  answers = new Answers(program, payload);
  const ours = workloads.map((name) => {
    const {request, values} = kKinds[name];
    const server = {pid: converge.child.pid, port: converge.port};
    return side(name, server, (unit, attributes) => request(unit, attributes, converge.clientKey), values);
  });
  const theirs = baselines.includes(kNginx) ? await startNginxFor(ours, answers) : [];
  for (const name of baselines.filter((each) => each !== kNginx)) theirs.push(await startPeer(name, payload));
  await run(ours, theirs.filter((each) => each !== null), answers);
} finally {
  answers?.stop();
  for (const child of started.reverse()) await stop(child);
  await converge.stop();
  rmSync(folder, {recursive: true});
}
