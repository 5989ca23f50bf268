// `POST /v1/assign` against nginx that serves a file as large as the answer: requests a second and CPU time per request, one core
// for the server, the other for wrk, rounds in turn. Prints one JSON line in the style of converge_bench.
//   node http_bench.mjs PROGRAM
// Environment: CONVERGE_BENCH_ROUNDS (5), CONVERGE_BENCH_SECONDS of a round (4).
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

import {convergeDefinitions, unit} from '../experiments.mjs';
import {ConvergeServe} from '../../tests/sdk/converge_serve.mjs';

const kExperiments = 5;
const kConnections = 64;
const kNginxPort = 18_099;
const kServerCore = 0;
const kClientCore = 1;
const kRounds = Number(process.env.CONVERGE_BENCH_ROUNDS ?? 5);
const kSeconds = Number(process.env.CONVERGE_BENCH_SECONDS ?? 4);

const here = dirname(fileURLToPath(import.meta.url));
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Seconds of CPU, user and system, of all threads.
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

// One round of wrk against a server.
function measure({pid, url, request}) {
  const before = cpuSeconds(pid);
  const output = execFileSync('taskset', [
    '-c', kClientCore, 'wrk', '-t', 1, '-c', kConnections, '-d', `${kSeconds}s`, '-s', join(here, 'requests.lua'), url, '--', ...request,
  ]).toString();
  const cpu = cpuSeconds(pid) - before;
  const {requests, failed, seconds, p99_us: p99} = JSON.parse(output.trim().split('\n').at(-1));
  if (failed > 0 || requests === 0) throw new Error(`${url}: ${failed} of ${requests} requests failed`);
  return {perSecond: requests / seconds, cpuMicroseconds: (cpu / requests) * 1e6, busy: cpu / seconds, p99};
}

async function startNginx(folder, answer) {
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'answer.json'), answer);
  const template = readFileSync(join(here, 'nginx.conf'), 'utf8');
  writeFileSync(join(folder, 'nginx.conf'), template.replace('NGINX_PORT', kNginxPort).replace('FOLDER', join(folder, 'files')));
  const child = spawn('taskset', ['-c', kServerCore, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
                      {stdio: ['ignore', 'inherit', 'inherit']});
  const childrenOf = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  for (let i = 0; i < 50 && childrenOf() === ''; ++i) await sleep(100);
  return {child, worker: Number(childrenOf())};
}

// "nginx/1.22.1"
const nginxVersion = () => /nginx\/\S+/.exec(spawnSync('nginx', ['-v']).stderr.toString())[0];

const folder = mkdtempSync(join(tmpdir(), 'converge-http-bench-'));
execFileSync('chmod', ['755', folder]);  // nginx's worker is another user when root starts it
mkdirSync(join(folder, 'definitions'));
writeFileSync(join(folder, 'definitions', 'bench.json'), JSON.stringify(convergeDefinitions(kExperiments)));
const converge = await ConvergeServe.start(process.argv[2], join(folder, 'definitions'), ['taskset', '-c', kServerCore]);
let nginx = null;
try {
  const {id, attributes} = unit(0);
  const answer = await converge.assignText(id, attributes);
  nginx = await startNginx(folder, answer);
  const ours = {pid: converge.child.pid, url: `http://127.0.0.1:${converge.port}`, request: ['assign', converge.clientKey]};
  const theirs = {pid: nginx.worker, url: `http://127.0.0.1:${kNginxPort}`, request: ['file', '/answer.json']};
  measure(ours);  // warm-up
  measure(theirs);
  const rounds = [];
  for (let i = 0; i < kRounds; ++i) rounds.push({ours: measure(ours), theirs: measure(theirs)});
  const ratios = (name) => rounds.map(({ours: a, theirs: b}) => a[name] / b[name]);
  const spread = (prefix, values) => ({
    [`${prefix}_median`]: Number(median(values).toFixed(3)),
    [`${prefix}_min`]: Number(Math.min(...values).toFixed(3)),
    [`${prefix}_max`]: Number(Math.max(...values).toFixed(3)),
  });
  const figure = (side, name, digits) => Number(median(rounds.map((round) => round[side][name])).toFixed(digits));
  console.log(JSON.stringify({
    workload: `http: POST /v1/assign, ${kExperiments} experiments, ${kConnections} connections, one core`,
    baseline: `${nginxVersion()}, one worker, GET of a file of ${answer.length} bytes`,
    ...spread('ratio', ratios('perSecond')),
    ...spread('cpu_ratio', ratios('cpuMicroseconds')),
    requests_per_second_median: figure('ours', 'perSecond', 0),
    baseline_per_second_median: figure('theirs', 'perSecond', 0),
    cpu_us_median: figure('ours', 'cpuMicroseconds', 2),
    baseline_cpu_us_median: figure('theirs', 'cpuMicroseconds', 2),
    p99_us_median: figure('ours', 'p99', 0),
    baseline_p99_us_median: figure('theirs', 'p99', 0),
    // Well below 1: the load generator, or whoever else uses the cores, was the limit.
    server_busy_median: figure('ours', 'busy', 2),
    baseline_busy_median: figure('theirs', 'busy', 2),
    machine: `${cpus().length} x ${cpus()[0].model.trim()}`,
    rounds: kRounds,
  }));
} finally {
  if (nginx !== null) {
    nginx.child.kill('SIGTERM');
    await new Promise((resolve) => nginx.child.once('exit', resolve));
  }
  await converge.stop();
  rmSync(folder, {recursive: true});
}
