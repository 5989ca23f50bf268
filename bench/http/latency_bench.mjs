// Latency under a fixed rate of arrivals, each counted from the moment it was due: Converge's three protocols against nginx that
// serves a file of the answer's size. One core for the servers, the other for the generator. Prints one JSON line per workload.
//   node latency_bench.mjs PROGRAM GENERATOR [WORKLOAD]...
// GENERATOR is converge_open_loop. Environment: CONVERGE_BENCH_RATE of requests a second (60000), CONVERGE_BENCH_ROUNDS (5),
// CONVERGE_BENCH_SECONDS of a round (4).
import {execFileSync} from 'node:child_process';

import {Contest, kExperiments, kWorkloads, machine} from './contest.mjs';
import {kConnections, kRounds, kSeconds, latencyFigures, onClientCore} from './load.mjs';
import {bytesOf} from './requests.mjs';

const kRate = Number(process.env.CONVERGE_BENCH_RATE ?? 60_000);

const [program, generator, ...names] = process.argv.slice(2);
if (generator === undefined || names.some((name) => !(name in kWorkloads))) {
  console.error(`latency_bench: expected PROGRAM GENERATOR [${Object.keys(kWorkloads).join('|')}]...`);
  process.exit(2);
}

function measure({port, templates, name}) {
  const [command, ...rest] = [...onClientCore, generator, port, kRate, kSeconds, kConnections];
  const {failed, per_second: perSecond, p50_us: p50, p99_us: p99} =
    JSON.parse(execFileSync(command, rest, {input: bytesOf(templates)}).toString());
  return {name, failed, perSecond, p50, p99};
}

const contest = await Contest.start(program);
try {
  const ours = (names.length === 0 ? Object.keys(kWorkloads) : names).map((name) => contest.ours(name));
  const theirs = await contest.nginx(ours);
  if (theirs.length === 0) process.exitCode = 1;
  for (const [i, baseline] of theirs.entries()) {
    measure(ours[i]);  // warm-up
    measure(baseline);
    const rounds = Array.from({length: kRounds}, () => ({ours: measure(ours[i]), theirs: measure(baseline)}));
    console.log(JSON.stringify({
      workload: `latency: ${kWorkloads[ours[i].name]}, ${kExperiments} experiments, ${kConnections} connections, one core`,
      baseline: baseline.label,
      ...latencyFigures(rounds, kRate),
      rate: kRate,
      machine,
      rounds: kRounds,
    }));
  }
} finally {
  await contest.stop();
}
