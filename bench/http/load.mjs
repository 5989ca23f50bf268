// Rounds of load against servers: one core has the servers, the other the load generator.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const kServerCore = 0;
const kClientCore = 1;
export const kConnections = 64;
export const kRounds = Number(process.env.CONVERGE_BENCH_ROUNDS ?? 5);
export const kSeconds = Number(process.env.CONVERGE_BENCH_SECONDS ?? 4);

export const onServerCore = ['taskset', '-c', String(kServerCore)];
export const onClientCore = ['taskset', '-c', String(kClientCore)];

const kTimeout = '30s';  // slow is no failure
const kRequestsLua = join(dirname(fileURLToPath(import.meta.url)), 'requests.lua');
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

// Seconds of CPU, user and system, of all threads.
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

// A round of wrk, which always has as many requests on the way as there are connections.
export function measure({pid, port, script}) {
  const url = `http://127.0.0.1:${port}`;
  const before = cpuSeconds(pid);
  const [command, ...rest] = [
    ...onClientCore, 'wrk', '-t', 1, '-c', kConnections, '-d', `${kSeconds}s`, '--timeout', kTimeout, '-s', kRequestsLua, url, '--', script,
  ];
  const output = execFileSync(command, rest).toString();
  const cpu = cpuSeconds(pid) - before;
  const {requests, failed, seconds, p99_us: p99} = JSON.parse(output.trim().split('\n').at(-1));
  if (failed > 0 || requests === 0) throw new Error(`${url}: ${failed} of ${requests} requests failed`);
  return {requests, perSecond: requests / seconds, cpuMicroseconds: (cpu / requests) * 1e6, busy: cpu / seconds, p99};
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// `rounds` has {ours, theirs} of each round: the ratio of a figure, with its extremes.
function spread(rounds, prefix, name) {
  const ratios = rounds.map(({ours, theirs}) => ours[name] / theirs[name]);
  return {
    [`${prefix}_median`]: Number(median(ratios).toFixed(3)),
    [`${prefix}_min`]: Number(Math.min(...ratios).toFixed(3)),
    [`${prefix}_max`]: Number(Math.max(...ratios).toFixed(3)),
  };
}

const medianOf = (rounds, side, name, digits) => Number(median(rounds.map((round) => round[side][name])).toFixed(digits));

export function figures(rounds) {
  const figure = (side, name, digits) => medianOf(rounds, side, name, digits);
  return {
    ...spread(rounds, 'ratio', 'perSecond'),
    ...spread(rounds, 'cpu_ratio', 'cpuMicroseconds'),
    requests_per_second_median: figure('ours', 'perSecond', 0),
    baseline_per_second_median: figure('theirs', 'perSecond', 0),
    cpu_us_median: figure('ours', 'cpuMicroseconds', 2),
    baseline_cpu_us_median: figure('theirs', 'cpuMicroseconds', 2),
    // Of a closed loop: see latency_bench.mjs for the other.
    p99_us_median: figure('ours', 'p99', 0),
    baseline_p99_us_median: figure('theirs', 'p99', 0),
    // Well below 1: the load generator, or whoever else uses the cores, was the limit.
    server_busy_median: figure('ours', 'busy', 2),
    baseline_busy_median: figure('theirs', 'busy', 2),
  };
}

const kKeepsUp = 0.99;

// Of rounds at a fixed rate. Where a side does not keep up with it, the latencies are those of a queue that grows.
export function latencyFigures(rounds, rate) {
  const keepsUp = (side) => medianOf(rounds, side, 'perSecond', 0) >= kKeepsUp * rate;
  return {
    keeps_up: keepsUp('ours'),
    baseline_keeps_up: keepsUp('theirs'),
    ...spread(rounds, 'p99_ratio', 'p99'),
    p50_us_median: medianOf(rounds, 'ours', 'p50', 0),
    baseline_p50_us_median: medianOf(rounds, 'theirs', 'p50', 0),
    p99_us_median: medianOf(rounds, 'ours', 'p99', 0),
    baseline_p99_us_median: medianOf(rounds, 'theirs', 'p99', 0),
    per_second_median: medianOf(rounds, 'ours', 'perSecond', 0),
    baseline_per_second_median: medianOf(rounds, 'theirs', 'perSecond', 0),
    failed: rounds.reduce((sum, {ours, theirs}) => sum + ours.failed + theirs.failed, 0),
  };
}
