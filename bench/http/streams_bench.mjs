// What many idle event streams cost: memory and CPU time of the server, the time until a change has reached all of them, and what they
// do to `POST /v1/assign`, rounds with and without them in turn. One core for the server, the other for the clients. Half of the streams
// are GrowthBook's, half OpenFeature's. Prints JSON lines in the style of converge_bench.
//   node streams_bench.mjs PROGRAM
// Environment: CONVERGE_BENCH_STREAMS (10000), CONVERGE_BENCH_ROUNDS (5), CONVERGE_BENCH_SECONDS of a round (4),
// CONVERGE_BENCH_IDLE_SECONDS (30).
import {execFile, execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {cpus, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

import {convergeDefinitions, experimentKeys} from '../experiments.mjs';
import {ConvergeServe} from '../../tests/sdk/converge_serve.mjs';

const kExperiments = 5;
const kConnections = 64;
const kServerCore = 0;
const kClientCore = 1;
const kOpening = 200;  // streams opened at a time
const kPatienceMilliseconds = 60_000;
const kStreams = Number(process.env.CONVERGE_BENCH_STREAMS ?? 10_000);
const kRounds = Number(process.env.CONVERGE_BENCH_ROUNDS ?? 5);
const kSeconds = Number(process.env.CONVERGE_BENCH_SECONDS ?? 4);
const kIdleSeconds = Number(process.env.CONVERGE_BENCH_IDLE_SECONDS ?? 30);

const here = dirname(fileURLToPath(import.meta.url));
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (prefix, values, digits = 3) => ({
  [`${prefix}_median`]: Number(median(values).toFixed(digits)),
  [`${prefix}_min`]: Number(Math.min(...values).toFixed(digits)),
  [`${prefix}_max`]: Number(Math.max(...values).toFixed(digits)),
});

// Seconds of CPU, user and system, of all threads.
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const residentBytes = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

// One event stream, read without a parser, so that this side is not the limit.
class Stream {
  events = 0;
  newest = null;
  isOpen = false;

  constructor(port, path) {
    this.opened = new Promise((resolve, reject) => {
      this.socket = connect(port, '127.0.0.1', () => this.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`));
      this.socket.on('error', reject);
      this.socket.on('close', () => {
        this.isOpen = false;
        reject(new Error(`the server closed ${path}`));
      });
      this.socket.on('data', (bytes) => {
        if (!this.isOpen) {
          if (!bytes.toString('latin1').startsWith('HTTP/1.1 200')) return reject(new Error(bytes.toString()));
          this.isOpen = true;
          return resolve();
        }
        // Every event begins with its id; a large one comes in parts.
        if (bytes.toString('latin1', 0, 4) === 'id: ') {
          this.events += 1;
          this.newest = performance.now();
        }
      });
    });
  }

  close() {
    return new Promise((resolve) => {
      this.socket.removeAllListeners('close');
      this.socket.once('close', resolve);
      this.socket.destroy();
    });
  }
}

async function openStreams(server) {
  const {definitions_version: version} = JSON.parse(await server.assignText('user-1', {}));
  const paths = [`/ofrep/v1/stream?client_key=${server.clientKey}&since=${version}`, `/sub/${server.clientKey}`];
  const streams = [];
  while (streams.length < kStreams) {
    const group = Array.from({length: Math.min(kOpening, kStreams - streams.length)}, (_, i) => new Stream(server.port, paths[i % 2]));
    await Promise.all(group.map(({opened}) => opened));
    streams.push(...group);
  }
  await sleep(1_000);  // GrowthBook's are told the present features at first
  return streams;
}

async function closeStreams(streams) {
  await Promise.all(streams.map((stream) => stream.close()));
  await sleep(500);
}

// One round of wrk.
async function assignments(server) {
  const before = cpuSeconds(server.child.pid);
  const {stdout} = await promisify(execFile)('taskset', [
    '-c', kClientCore, 'wrk', '-t', 1, '-c', kConnections, '-d', `${kSeconds}s`, '-s', join(here, 'requests.lua'),
    `http://127.0.0.1:${server.port}`, '--', 'assign', server.clientKey,
  ]);
  const cpu = cpuSeconds(server.child.pid) - before;
  const {requests, failed, seconds, p50_us: p50, p99_us: p99} = JSON.parse(stdout.trim().split('\n').at(-1));
  if (failed > 0 || requests === 0) throw new Error(`${failed} of ${requests} requests failed`);
  return {perSecond: requests / seconds, cpuMicroseconds: (cpu / requests) * 1e6, p50, p99};
}

let days = 0;
// Applies a change that everyone is told of. Milliseconds from the answer to the order until the streams had it.
async function change(server, streams) {
  const wanted = streams.map(({events}) => events + 1);
  const cpu = cpuSeconds(server.child.pid);
  days += 1;
  await server.act(experimentKeys(kExperiments)[0], {action: 'extend', days: 1, note: `change ${days}`});
  const applied = performance.now();
  const end = applied + kPatienceMilliseconds;
  while (!streams.every(({events}, i) => events >= wanted[i])) {
    if (performance.now() > end) throw new Error('a change did not reach all streams');
    await sleep(5);
  }
  const times = streams.map(({newest}) => newest - applied).sort((a, b) => a - b);
  return {last: times.at(-1), median: median(times), cpu: cpuSeconds(server.child.pid) - cpu};
}

function definitions(folder) {
  const document = convergeDefinitions(kExperiments);
  for (const experiment of document.experiments) experiment.decision = {min_days: 7, max_days: 28};
  mkdirSync(join(folder, 'definitions'));
  writeFileSync(join(folder, 'definitions', 'bench.json'), JSON.stringify(document));
  return join(folder, 'definitions');
}

const folder = mkdtempSync(join(tmpdir(), 'converge-streams-bench-'));
execFileSync('taskset', ['-p', '-c', kClientCore, process.pid]);
const server = await ConvergeServe.start(process.argv[2], definitions(folder), ['taskset', '-c', kServerCore]);
const pid = server.child.pid;
const machine = `${cpus().length} x ${cpus()[0].model.trim()}`;
const idleCpu = async () => {
  const before = cpuSeconds(pid);
  await sleep(kIdleSeconds * 1_000);
  return cpuSeconds(pid) - before;
};
try {
  await assignments(server);  // warm-up
  const cpuWithout = await idleCpu();
  const bytesWithout = residentBytes(pid);
  let streams = await openStreams(server);
  const bytesWith = residentBytes(pid);
  const cpuWith = await idleCpu();
  console.log(JSON.stringify({
    workload: `streams: ${kStreams} idle, half GrowthBook's, half OpenFeature's, one core`,
    baseline: 'the same server without them',
    bytes_per_stream: Math.round((bytesWith - bytesWithout) / kStreams),
    cpu_percent: Number(((cpuWith / kIdleSeconds) * 100).toFixed(2)),
    baseline_cpu_percent: Number(((cpuWithout / kIdleSeconds) * 100).toFixed(2)),
    cpu_us_per_stream_and_minute: Number((((cpuWith - cpuWithout) / kIdleSeconds / kStreams) * 60e6).toFixed(1)),
    idle_seconds: kIdleSeconds,
    machine,
  }));

  const changes = [];
  for (let i = 0; i < kRounds; ++i) changes.push(await change(server, streams));
  console.log(JSON.stringify({
    workload: `streams: a change of the catalog until ${kStreams} streams had it, from the answer to the order`,
    ...spread('last_ms', changes.map(({last}) => last), 0),
    ...spread('half_ms', changes.map((one) => one.median), 0),
    cpu_us_per_stream: Number(((median(changes.map(({cpu}) => cpu)) / kStreams) * 1e6).toFixed(1)),
    machine,
    rounds: kRounds,
  }));

  const rounds = [];
  for (let i = 0; i < kRounds; ++i) {
    if (streams.length === 0) streams = await openStreams(server);
    const withStreams = await assignments(server);
    const [whileChanging] = await Promise.all([assignments(server), sleep(1_000).then(() => change(server, streams))]);
    await closeStreams(streams);
    streams = [];
    rounds.push({withStreams, whileChanging, without: await assignments(server)});
  }
  const ratios = (side, name) => rounds.map((round) => round[side][name] / round.without[name]);
  const figure = (side, name, digits) => Number(median(rounds.map((round) => round[side][name])).toFixed(digits));
  for (const [side, words] of [['withStreams', 'idle'], ['whileChanging', 'told of a change in the middle of the round']]) {
    console.log(JSON.stringify({
      workload: `streams: POST /v1/assign, ${kConnections} connections, beside ${kStreams} streams, ${words}`,
      baseline: 'the same without streams',
      ...spread('ratio', ratios(side, 'perSecond')),
      ...spread('cpu_ratio', ratios(side, 'cpuMicroseconds')),
      ...spread('p99_ratio', ratios(side, 'p99')),
      requests_per_second_median: figure(side, 'perSecond', 0),
      baseline_per_second_median: figure('without', 'perSecond', 0),
      p99_us_median: figure(side, 'p99', 0),
      baseline_p99_us_median: figure('without', 'p99', 0),
      machine,
      rounds: kRounds,
    }));
  }
} finally {
  await server.stop();
  rmSync(folder, {recursive: true});
}
