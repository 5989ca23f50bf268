// Plants each of these faults into a copy of sdk/js/src and sees one of its unit tests turn red. Exit status 1: a fault was not seen.
//   node web_sdk.mjs [FOLDER]           (default build/faults/web_sdk; `make faults` runs it after the others)
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const kMillisecondsMax = 120_000;  // a fault may loop for ever; that counts as red
const kSlowTests = ['size.test.mjs', 'types.test.mjs'];

// [file, what stands there, what the fault makes of it]
const kFaults = [
  ['hash.ts', '% 10_000) / 10_000', '% 10_001) / 10_001'],
  ['hash.ts', 'n >= low && n < high', 'n >= low && n <= high'],
  ['hash.ts', 'return [low, low + covered * share];', 'return [low, low + share];'],
  ['condition.ts', 'open.includes(id)', 'false'],
  ['evaluate.ts', 'if (rule.meta?.[draw.index]?.passthrough) return undefined;', ''],
  ['evaluate.ts', 'return drawn(forced, \'qa\')', 'return drawn(forced)'],
  ['evaluate.ts', 'n <= coverage!', 'n < coverage!'],
  ['evaluate.ts', 'gate ? \'closed\' : \'next\'', '\'next\''],
  ['evaluate.ts', 'way.includes(key) || way.length >= kPrerequisiteDepth', 'way.length >= 1e4'],
  ['evaluate.ts', 'const isSticky = !rule.disableStickyBucketing;', 'const isSticky = true;'],
  ['evaluate.ts', ' || isBlocked(experiment, rule, kept)', ''],
  ['evaluate.ts', 'result.featureId === key && ', ''],
  ['outbox.ts', 'batch.forEach(([name]) => remove(name));', ''],
  ['outbox.ts', 'if (isOpen) storage.write(name, text);', ''],
  ['outbox.ts', 'if (retryAfter) notBefore = Date.now() + pause;', ''],
  ['outbox.ts', 'handed.add(name)', 'name'],
  ['outbox.ts', 'batchEvents = batch.length >> 1;', 'settle(batch, []);'],
  ['outbox.ts', 'waiting.size >= kQueuedEvents', 'false'],
  ['outbox.ts', '> kBatchBytes || i', '> 1e9 || i'],
  ['outbox.ts', 'if (event) onRejected(event);', ''],
  ['outbox.ts', 'answer.status === 400 || answer.status === 413', 'answer.status < 500'],
  ['outbox.ts', 'if (!isOpen) return;\n      for', 'for'],
  ['outbox.ts', 'storage.names(kStart).slice', '[].slice'],
  ['outbox.ts', 'keepalive: true, ', ''],
  ['outbox.ts', '!timer && !sending', '!sending && !failures'],
  ['backoff.ts', '2 ** (failures - 1)', '1'],
  ['backoff.ts', '0.5 + Math.random() / 2', '1.5'],
  ['exposures.ts', 'storage.write(kName, JSON.stringify(seen));', ''],
  ['exposures.ts', 'phase, attribute', 'attribute'],
  ['exposures.ts', 'source, clientKey]', 'source]'],
  ['create_client.ts', '!exposures.isNew(membership)', 'false'],
  ['create_client.ts', 'exposures.remember(membership)', '0'],
  ['create_client.ts', 'value !== null && !isLike(value, fallback)', 'false'],
  ['create_client.ts', '...(source && {source}), ', ''],
  ['create_client.ts', 'consent !== \'denied\' && events', 'events'],
  ['create_client.ts', 'consent === \'granted\' ? {attributes', 'true ? {attributes'],
  ['create_client.ts', '(wanted !== \'granted\' && before === \'granted\')', 'false'],
  ['create_client.ts', 'events, sticky, exposures, storage]', 'events, sticky, exposures]'],
  ['create_client.ts', 'visit.forget();', ''],
  ['create_client.ts', 'events.beacon();', ''],
  ['create_client.ts', 'rules.pause();', ''],
  ['create_client.ts', '      events.close();\n', ''],
  ['create_client.ts', '      rules.close();\n', ''],
  ['unit_names.ts', 'name !== hashed && !attributes.includes(name)', 'true'],
  ['unit_names.ts', 'if (!units && attribute === own) return {unit};', ''],
  ['definitions.ts', 'if (isNew) onNews();', 'onNews();'],
  ['definitions.ts', 'if (turn === asked) take(news);', 'take(news);'],
  ['definitions.ts', 'retry = setTimeout(', '0 && setTimeout('],
  ['definitions.ts', 'reopen = setTimeout(', '0 && setTimeout('],
  ['definitions.ts', 'if (question) void self.refresh();\n        else if', 'if'],
  ['definitions.ts', 'opened.addEventListener(\'features-updated\', hear);', ''],
  ['definitions.ts', 'if (news.encryptedFeatures)', 'if (false)'],
  ['definitions.ts', 'backoff(++failures, retryAfter)', 'backoff(++failures)'],
  ['sticky.ts', '      write();\n', ''],
  ['sticky.ts', 'of given) merge', 'of []) merge'],
  ['visitor.ts', 'if (isCookie) setCookie(name, id, kVisitorSeconds, domain);\n      else ', ''],
  ['visitor.ts', 'storage.write(name, id)', '0'],
  ['openfeature/index.ts', 'this.hooks = [exposureHook(client)];', 'this.hooks = [];'],
  ['openfeature/index.ts', 'return {...Object.fromEntries(gone), ', 'return {'],
  ['openfeature/index.ts', 'this.events.emit(', '('],
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'build/faults/web_sdk');
const sdk = join(folder, 'sdk/js');

rmSync(folder, {recursive: true, force: true});
mkdirSync(sdk, {recursive: true});
cpSync(join(root, 'sdk/js'), sdk, {recursive: true, filter: (path) => !['node_modules', 'dist'].includes(basename(path))});
cpSync(join(root, 'tests/data/assign'), join(folder, 'tests/data/assign'), {recursive: true});
symlinkSync(join(root, 'sdk/js/node_modules'), join(sdk, 'node_modules'));
const tests = readdirSync(join(sdk, 'test')).filter((name) => name.endsWith('.test.mjs') && !kSlowTests.includes(name));

const run = (...command) => spawnSync(process.execPath, command, {cwd: sdk, timeout: kMillisecondsMax, stdio: 'ignore'}).status;

function isGreen() {
  if (run('build.mjs') !== 0) throw new Error('the faulty source does not build');
  return run('--test', ...tests.map((name) => `test/${name}`)) === 0;
}

let failures = 0;
function fail(words) {
  console.log(words);
  failures += 1;
}

if (!isGreen()) fail('the tests of the web SDK fail without a fault');
for (const [file, from, to] of kFaults) {
  const path = join(sdk, 'src', file);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(from)) fail(`${file}: not there any more: ${from}`);
  else {
    writeFileSync(path, source.replace(from, () => to));
    if (isGreen()) fail(`${file}: not seen: ${from}`);
    writeFileSync(path, source);
  }
}
console.log(`web SDK: ${kFaults.length} faults, ${failures} failures`);
if (failures > 0) process.exitCode = 1;
