// What a request for the variants of one unit costs over HTTP: Converge's three protocols against nginx that serves a file of the
// answer's size, and against other engines. Requests a second and CPU time per request; rounds in turn, one core for the servers,
// the other for wrk. Prints one JSON line per pair in the style of converge_bench.
//   node http_bench.mjs PROGRAM [WORKLOAD|BASELINE]...
// With names only those workloads (assign, ofrep, growthbook) and baselines (nginx, growthbook-node, flagd-node, unleash).
// Environment: CONVERGE_BENCH_ROUNDS (5), CONVERGE_BENCH_SECONDS of a round (4).
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {Contest, kExperiments, kNginx, kWorkloads, machine} from './contest.mjs';
import {figures, kConnections, kRounds, measure} from './load.mjs';
import {kPeers} from './peers.mjs';
import {luaOf} from './requests.mjs';

const kCheckedShare = 0.01;
const kCheckedOfPeers = 1_000;

const [program, ...names] = process.argv.slice(2);
const known = [...Object.keys(kWorkloads), kNginx, ...Object.keys(kPeers)];
if (program === undefined || names.some((name) => !known.includes(name))) {
  console.error(`http_bench: expected PROGRAM [${known.join('|')}]...`);
  process.exit(2);
}
const chosen = (all) => {
  const some = all.filter((name) => names.includes(name));
  return some.length === 0 ? all : some;
};
const workloads = chosen(Object.keys(kWorkloads));
const baselines = chosen([kNginx, ...Object.keys(kPeers)]);

function print(ours, theirs, rounds, checked) {
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

async function run(answers, ours, theirs) {
  for (const each of theirs.filter(({values}) => values !== undefined)) {
    if (each.isSameHash) await answers.checkValues(each, kCheckedOfPeers);
    else await answers.checkSplit(each, kExperiments);
  }
  const all = [...ours, ...theirs];
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
  print(ours, theirs, rounds, checked);
}

// Where wrk reads what to send.
function withScript(contest, side) {
  const script = join(contest.folder, `${side.name}.lua`);
  writeFileSync(script, luaOf(side.templates));
  return {...side, script};
}

const contest = await Contest.start(program);
try {
  const ours = workloads.map((name) => contest.ours(name));
  const theirs = baselines.includes(kNginx) ? await contest.nginx(ours) : [];
  for (const name of baselines.filter((each) => each !== kNginx)) {
    const peer = await contest.peer(name);
    if (peer !== null) theirs.push(peer);
  }
  const scripted = (side) => withScript(contest, side);
  await run(contest.answers, ours.map(scripted), theirs.map(scripted));
} finally {
  await contest.stop();
}
