// nginx that serves texts as files: the baseline of what HTTP alone costs.
import {spawn, spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

import {onServerCore} from './load.mjs';

const kPort = 18_099;

// "nginx/1.22.1", or null without nginx.
export const nginxVersion = () => /nginx\/\S+/.exec(spawnSync('nginx', ['-v']).stderr?.toString())?.[0] ?? null;

// `files` is name -> text.
export async function startNginx(folder, files) {
  mkdirSync(join(folder, 'files'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'files', name), text);
  const template = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'nginx.conf'), 'utf8');
  writeFileSync(join(folder, 'nginx.conf'), template.replace('NGINX_PORT', kPort).replace('FOLDER', join(folder, 'files')));
  const [command, ...rest] = [...onServerCore, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')];
  const child = spawn(command, rest, {stdio: ['ignore', 'inherit', 'inherit']});
  const workers = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  for (let i = 0; i < 50 && workers() === ''; ++i) await sleep(100);
  return {child, pid: Number(workers()), port: kPort};
}
