// Other engines behind HTTP, each as one node process on the servers' core, with the same five experiments. A peer that is not
// installed is left out, and says so.
import {spawn} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {flagdConfiguration, unleashFeatures} from '../experiments.mjs';
import {postgresPrograms, startPostgres} from '../peers/postgres.mjs';
import {onServerCore} from './load.mjs';

const kUnleashPort = 18_098;
const kUnleashKey = 'default:development.unleash-bench-frontend-token';
const kStartMilliseconds = 120_000;

const here = join(dirname(fileURLToPath(import.meta.url)), '..', 'peers');

const isInstalled = (name) => existsSync(join(here, 'node_modules', name, 'package.json'));
const version = (name) => JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8')).version;

async function startNode(script, parameters) {
  const [command, ...rest] = [...onServerCore, process.execPath, join(here, script), ...parameters];
  const child = spawn(command, rest, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, NODE_ENV: 'production'}});
  const said = [];
  createInterface({input: child.stderr}).on('line', (line) => said.push(line));
  const port = await new Promise((resolve, reject) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      const found = /^listening on \S+:(\d+)$/.exec(line)?.[1];
      if (found === undefined) said.push(line);
      else resolve(Number(found));
    });
    child.once('exit', () => reject(new Error(`${script} ended:\n${said.join('\n')}`)));
    setTimeout(() => reject(new Error(`${script} does not listen:\n${said.join('\n')}`)), kStartMilliseconds).unref();
  });
  return {children: [child], pid: child.pid, port};
}

function inFolder(folder, name, value) {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

// name -> how it is asked, what it needs, how it starts in a folder
export const kPeers = {
  'growthbook-node': {
    kind: 'growthbook', packages: ['@growthbook/proxy-eval', '@growthbook/growthbook'], isSameHash: true,
    label: () => `@growthbook/proxy-eval ${version('@growthbook/proxy-eval')} (SDK ${version('@growthbook/growthbook')}) in a node http server`,
    start: (folder, experiments, payload) => startNode('growthbook_remote.mjs', [inFolder(folder, 'payload.json', payload)]),
  },
  'flagd-node': {
    kind: 'ofrep', packages: ['@openfeature/flagd-core'],
    label: () => `@openfeature/flagd-core ${version('@openfeature/flagd-core')} in a node http server, OFREP bulk`,
    start: (folder, experiments) => startNode('flagd_ofrep.mjs', [inFolder(folder, 'flagd.json', flagdConfiguration(experiments))]),
  },
  unleash: {
    kind: 'unleash', packages: ['unleash-server'], key: kUnleashKey, postgres: postgresPrograms(),
    label: () => `unleash-server ${version('unleash-server')} with PostgreSQL, frontend API`,
    start: async (folder, experiments) => {
      const postgres = await startPostgres(kPeers.unleash.postgres, join(folder, 'postgres'), onServerCore);
      const features = inFolder(folder, 'unleash.json', unleashFeatures(experiments));
      try {
        const server = await startNode('unleash.mjs', [kUnleashPort, join(folder, 'postgres'), features]);
        return {...server, children: [...server.children, postgres]};
      } catch (failure) {
        postgres.kill('SIGINT');
        throw failure;
      }
    },
  },
};

// Why a peer cannot run, or null.
export function missingFor({packages, postgres}) {
  if (postgres === null) return 'PostgreSQL is not installed (Debian package postgresql)';
  const missing = packages.filter((name) => !isInstalled(name));
  return missing.length === 0 ? null : `bench/peers does not have ${missing.join(', ')} (make peers)`;
}
