// unleash-server with its frontend API, its features made over its own admin API.
//   node unleash.mjs PORT DATABASE-SOCKET-FOLDER FEATURES.json
// FEATURES: [{name, constraints, variants}], see experiments.mjs.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

// Read when the package is loaded; the option of the same meaning does not turn it off.
process.env.SEND_TELEMETRY = 'false';
const unleash = createRequire(import.meta.url)('unleash-server');
const [port, socketFolder, featuresFile] = process.argv.slice(2);
const kAdmin = '*:*.unleash-bench-admin-token';
const kFrontend = 'default:development.unleash-bench-frontend-token';
const kRefreshMilliseconds = 1_000;

const token = (secret, type, environment, project) => (
  {secret, type, environment, project, tokenName: type, username: type, projects: [project]});

await unleash.start({
  db: {host: socketFolder, user: 'postgres', database: 'postgres', ssl: false},
  server: {port: Number(port), host: '127.0.0.1', enableRequestLogger: false},
  authentication: {
    type: 'none',
    initApiTokens: [token(kAdmin, 'admin', '*', '*'), token(kFrontend, 'frontend', 'development', 'default')],
  },
  frontendApi: {refreshIntervalInMs: kRefreshMilliseconds},
  versionCheck: {enable: false},
});

async function admin(method, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}/api/admin/${path}`, {
    method, headers: {'Content-Type': 'application/json', Authorization: kAdmin}, body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

for (const name of ['country', 'age', 'browser']) await admin('POST', 'context', {name});
const project = 'projects/default/features';
const features = JSON.parse(readFileSync(featuresFile, 'utf8'));
for (const {name, constraints, variants} of features) {
  await admin('POST', project, {name, type: 'experiment', impressionData: false});
  await admin('POST', `${project}/${name}/environments/development/strategies`, {
    name: 'flexibleRollout', constraints, variants,
    parameters: {rollout: '100', stickiness: 'userId', groupId: name},
  });
  await admin('POST', `${project}/${name}/environments/development/on`, {});
}

// The frontend API evaluates what it last fetched.
async function answeredFeatures() {
  const response = await fetch(`http://127.0.0.1:${port}/api/frontend?userId=u&properties[country]=DE&properties[age]=40`,
                               {headers: {Authorization: kFrontend}});
  if (!response.ok) throw new Error(`/api/frontend: ${response.status} ${await response.text()}`);
  return (await response.json()).toggles.length;
}
while (await answeredFeatures() !== features.length) await new Promise((done) => setTimeout(done, kRefreshMilliseconds / 4));
console.log(`listening on 127.0.0.1:${port}`);
