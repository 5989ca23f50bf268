// Rounds of load against servers: one core has the servers, the other the load generator.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const kServerCore = 0;
const kClientCore = 1;
export const kConnections = 64;
export const kRounds = Number(process.env.CONVERGE_BENCH_ROUNDS ?? 5);
const kSeconds = Number(process.env.CONVERGE_BENCH_SECONDS ?? 4);

export const onServerCore = ['taskset', '-c', String(kServerCore)];

const script = join(dirname(fileURLToPath(import.meta.url)), 'requests.lua');
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

// Seconds of CPU, user and system, of all threads.
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function measure({pid, port, templates}) {
  const url = `http://127.0.0.1:${port}`;
  const before = cpuSeconds(pid);
  const output = execFileSync('taskset', [
    '-c', kClientCore, 'wrk', '-t', 1, '-c', kConnections, '-d', `${kSeconds}s`, '-s', script, url, '--', templates,
  ]).toString();
  const cpu = cpuSeconds(pid) - before;
  const {requests, failed, seconds, p99_us: p99} = JSON.parse(output.trim().split('\n').at(-1));
  if (failed > 0 || requests === 0) throw new Error(`${url}: ${failed} of ${requests} requests failed`);
  return {requests, perSecond: requests / seconds, cpuMicroseconds: (cpu / requests) * 1e6, busy: cpu / seconds, p99};
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// The figures of one line: `rounds` has {ours, theirs} of each round.
export function figures(rounds) {
  const spread = (prefix, name) => {
    const ratios = rounds.map(({ours, theirs}) => ours[name] / theirs[name]);
    return {
      [`${prefix}_median`]: Number(median(ratios).toFixed(3)),
      [`${prefix}_min`]: Number(Math.min(...ratios).toFixed(3)),
      [`${prefix}_max`]: Number(Math.max(...ratios).toFixed(3)),
    };
  };
  const figure = (side, name, digits) => Number(median(rounds.map((round) => round[side][name])).toFixed(digits));
  return {
    ...spread('ratio', 'perSecond'),
    ...spread('cpu_ratio', 'cpuMicroseconds'),
    requests_per_second_median: figure('ours', 'perSecond', 0),
    baseline_per_second_median: figure('theirs', 'perSecond', 0),
    cpu_us_median: figure('ours', 'cpuMicroseconds', 2),
    baseline_cpu_us_median: figure('theirs', 'cpuMicroseconds', 2),
    // Of a closed loop: as many requests are on the way as there are connections.
    p99_us_median: figure('ours', 'p99', 0),
    baseline_p99_us_median: figure('theirs', 'p99', 0),
    // Well below 1: the load generator, or whoever else uses the cores, was the limit.
    server_busy_median: figure('ours', 'busy', 2),
    baseline_busy_median: figure('theirs', 'busy', 2),
  };
}
