// /openapi.json of a real server: a validator of another author accepts it, it has every route, and what the server really answers
// (and what it is really asked) is as the document says, member by member. Exit status 0: it is; 1: it is not.
//   node openapi.mjs --program build/release/cli/converge --definitions FOLDER
import {parseArgs} from 'node:util';

import {Validator} from '@seriousme/openapi-schema-validator';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import {ConvergeServe} from './converge_serve.mjs';

const kTickMilliseconds = 200;
const kPatienceMilliseconds = 20_000;
const kEncrypted = {name: 'encrypted', role: 'client', key: 'encrypted_of_the_tests', decryption_key: 'AAECAwQFBgcICQoLDA0ODw=='};
const kLimited = {name: 'limited', role: 'client', key: 'limited_of_the_tests', requests_per_minute: 1};
// Written by hand from the contract, not from the document.
const kRoutes = [
  'post /v1/assign', 'get /v1/sticky', 'get /v1/explain', 'post /v1/events', 'get /v1/experiments', 'get /v1/experiments/{key}',
  'get /v1/experiments/{key}/results', 'get /v1/experiments/{key}/timeline', 'get /v1/experiments/{key}/decisions',
  'post /v1/experiments/{key}/actions', 'get /v1/calc', 'post /v1/calc/{method}', 'post /v1/definitions:plan',
  'post /v1/definitions:apply', 'get /v1/definitions', 'get /v1/schema', 'get /v1/review', 'post /ofrep/v1/evaluate/flags/{key}',
  'post /ofrep/v1/evaluate/flags', 'get /ofrep/v1/stream', 'get /api/features/{clientKey}', 'get /sub/{clientKey}',
  'post /api/eval/{clientKey}', 'post /track', 'get /healthz', 'get /readyz', 'get /metrics', 'get /openapi.json',
];

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`openapi: --${name} is missing`);
    process.exit(2);
  }
}

let failed = 0;
function check(claim, holds, detail = '') {
  if (!holds) failed += 1;
  console.log(`${holds ? 'ok' : 'NOT OK'}: ${claim}${detail === '' ? '' : `: ${detail}`}`);
}

// The document leaves room for members to come; here none may be there that it does not name.
function closed(node) {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== 'object') return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]));
  if (copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined) {
    copy.additionalProperties = false;
  }
  return copy;
}

class Conformance {
  answered = new Set();
  answers = 0;
  #compiled = new Map();

  constructor(document, server) {
    this.document = document;
    this.server = server;
    this.ajv = new Ajv2020({strict: false, allErrors: true});
    addFormats(this.ajv);
    this.ajv.addSchema({$id: 'api', components: closed(document.components)});
  }

  #errors(schema, value) {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"api#/components/');
    if (!this.#compiled.has(text)) this.#compiled.set(text, this.ajv.compile(JSON.parse(text)));
    const validate = this.#compiled.get(text);
    return validate(value) ? '' : JSON.stringify(validate.errors.slice(0, 3));
  }

  // Asks as a client that has read the document; `path` fills in the template.
  async ask(route, {path, query = '', key = this.server.decideKey, headers = {}, body, type = 'application/json', status = 200} = {}) {
    const [method, template] = route.split(' ');
    const operation = this.document.paths[template]?.[method];
    const claim = `${route}${query} answers ${status} as the document says`;
    if (operation === undefined) return check(claim, false, 'the document has no such operation');
    if (body !== undefined && type === 'application/json' && status === 200) {
      const wrong = this.#errors(operation.requestBody.content[type].schema, body);
      if (wrong !== '') check(`${route}: what is asked is as the document says`, false, wrong);
    }
    const answer = await fetch(`http://127.0.0.1:${this.server.port}${path ?? template}${query}`, {
      method: method.toUpperCase(),
      headers: {...(key && {authorization: `Bearer ${key}`}), ...(body !== undefined && {'content-type': type}), ...headers},
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    this.answers += 1;
    const text = await answer.text();
    if (answer.status !== status) return check(claim, false, `${answer.status} ${text.slice(0, 300)}`);
    const declared = operation.responses[status] ?? operation.responses.default;
    if (status === 200) this.answered.add(route);
    if (status === 304) return check(claim, declared === operation.responses[304] && text === '');
    const content = declared.content[answer.headers.get('content-type')];
    if (content === undefined) return check(claim, false, `content type ${answer.headers.get('content-type')} is not declared`);
    for (const name of Object.keys(declared.headers ?? {})) {
      const wrong = this.#errors(declared.headers[name].schema, Number(answer.headers.get(name) ?? NaN));
      if (wrong !== '') return check(claim, false, `header ${name}: ${wrong}`);
    }
    if (content.schema.type === 'string') return check(claim, text.length > 0);
    const document = JSON.parse(text);
    const wrong = this.#errors(content.schema, document);
    check(claim, wrong === '', wrong);
    return {document, tag: answer.headers.get('etag')};
  }
}

async function sendEvents(api, server) {
  const ts = new Date().toISOString();
  const events = [];
  for (let i = 0; i < 400; ++i) {
    const unit = `user-${i}`;
    for (const {experiment, variant, in_experiment: isIn} of await server.assign(unit, {country: 'DE', age: 30, browser: 'chrome'})) {
      if (isIn) events.push({type: 'exposure', ts, unit, experiment, variant, attributes: {country: 'DE'}});
    }
    if (i % 3 === 0) events.push({type: 'outcome', id: `o${i}`, ts, unit, name: 'purchase', value: i, properties: {amount: 1.5}});
  }
  await api.ask('post /v1/events', {key: server.clientKey, body: events});
  await api.ask('post /v1/events', {key: server.clientKey, body: [{type: 'outcome', ts, unit: 'u', name: 'no id'}]});
  await api.ask('post /v1/events', {key: server.clientKey, type: 'application/x-ndjson', body: 'nonsense\n'});
  const end = Date.now() + kPatienceMilliseconds;
  for (;;) {
    const units = (await server.results('checkout'))?.health.units ?? 0;
    if (units > 0) return;
    if (Date.now() > end) throw new Error('the exposures are not folded');
    await new Promise((resolve) => setTimeout(resolve, kTickMilliseconds));
  }
}

async function askAssignment(api, server) {
  const client = {key: server.clientKey};
  await api.ask('post /v1/assign', {...client, body: {unit: 'user-1', attributes: {country: 'DE', age: 30}}});
  await api.ask('post /v1/assign', {...client, body: {unit: 'user-1', expose: true, experiments: ['banner']}});
  await api.ask('post /v1/assign', {...client, body: {unit: ''}, status: 400});
  await api.ask('get /v1/sticky', {query: '?attribute=id&value=user-1'});
  await api.ask('get /v1/explain', {query: '?unit=user-1'});
  await api.ask('get /v1/explain', {query: '?unit=nobody&attributes=%7B%22country%22%3A%22DE%22%7D'});
  await api.ask('get /v1/explain', {status: 400});
}

async function askExperiments(api) {
  await api.ask('get /v1/experiments');
  for (const key of ['banner', 'checkout', 'search']) {
    for (const rest of ['', '/results', '/timeline', '/decisions']) {
      await api.ask(`get /v1/experiments/{key}${rest}`, {path: `/v1/experiments/${key}${rest}`});
    }
  }
  await api.ask('get /v1/experiments/{key}/results', {path: '/v1/experiments/checkout/results', query: `?at=${new Date().toISOString()}`});
  const act = (key, body, status = 200) =>
    api.ask('post /v1/experiments/{key}/actions', {path: `/v1/experiments/${key}/actions`, body, status});
  await act('banner', {action: 'promote', variant: 'shown', note: 'shown in a test'});
  await act('search', {action: 'kill'});
  await act('search', {action: 'undo'});
  await act('search', {action: 'start'}, 409);
  await act('absent', {action: 'start'}, 404);
  await api.ask('get /v1/experiments/{key}', {path: '/v1/experiments/banner'});
  await api.ask('get /v1/experiments/{key}', {path: '/v1/experiments/banner--holdback'});
  await api.ask('get /v1/review');
  await api.ask('get /v1/review', {query: '?format=md'});
}

async function askDefinitions(api) {
  const {document: {definitions}} = await api.ask('get /v1/definitions');
  await api.ask('post /v1/definitions:plan', {body: definitions});
  const more = {...definitions, flags: {...definitions.flags, another: {default: 1}}};
  await api.ask('post /v1/definitions:plan', {body: more});
  await api.ask('post /v1/definitions:apply', {body: more});
  await api.ask('post /v1/definitions:plan', {body: {apiVersion: 'nonsense'}, status: 400});
  await api.ask('get /v1/schema', {key: ''});
}

async function askOpenFeature(api, server) {
  const client = {key: server.clientKey};
  const context = {targetingKey: 'user-1', country: 'DE', age: 30};
  const one = (key, rest) => api.ask('post /ofrep/v1/evaluate/flags/{key}', {...client, path: `/ofrep/v1/evaluate/flags/${key}`, ...rest});
  for (const flag of ['checkout_steps', 'banner', 'extras', 'search']) await one(flag, {body: {context}});
  await one('search', {body: {context: {}}, status: 400});
  await one('absent', {body: {context}, status: 404});
  await one('search', {body: '{', status: 400});
  await one('search', {body: {}, key: '', status: 401});
  const all = 'post /ofrep/v1/evaluate/flags';
  const {tag} = await api.ask(all, {...client, body: {context}});
  await api.ask(all, {...client, body: {context}, headers: {'if-none-match': tag}, status: 304});
  await api.ask(all, {...client, body: {context: {}}});
  await api.ask(all, {body: {context}});
  await api.ask(all, {...client, body: {context: 7}, status: 400});
  await api.ask(all, {key: kLimited.key, body: {context}});
  await api.ask(all, {key: kLimited.key, body: {context}, status: 429});
}

async function askGrowthBook(api, server) {
  const features = (key, rest = {}) => api.ask('get /api/features/{clientKey}', {path: `/api/features/${key}`, ...rest});
  const {tag} = await features(server.clientKey);
  await features(server.clientKey, {headers: {'if-none-match': tag}, status: 304});
  await features(kEncrypted.key);
  await features('unknown', {status: 401});
  const remote = (key, rest) => api.ask('post /api/eval/{clientKey}', {path: `/api/eval/${key}`, ...rest});
  const attributes = {id: 'user-1', country: 'DE', age: 30};
  await remote(server.clientKey, {body: {attributes, forcedVariations: {}, forcedFeatures: [], url: ''}});
  await remote(server.clientKey, {body: {attributes: 7}, status: 400});
  await remote(kEncrypted.key, {body: {}, status: 400});
  await api.ask('post /track', {key: server.clientKey, body: [{event_name: 'x'}, {event_name: 'Feature Evaluated'},
    {event_name: 'purchase', properties: {amount: 2}, attributes: {id: 'user-1'}}]});
  await api.ask('post /track', {key: server.clientKey, body: '7', status: 400});
  await api.ask('post /track', {key: kLimited.key, body: [], status: 429});
}

async function askOperation(api) {
  for (const route of ['get /healthz', 'get /readyz', 'get /openapi.json']) await api.ask(route, {key: ''});
  await api.ask('get /metrics');
  await api.ask('get /metrics', {key: '', status: 401});
  await api.ask('get /v1/calc');
  const inputs = {mean_a: 10, se_a: 0.1, mean_b: 11, se_b: 0.1, z: 1.96};
  await api.ask('post /v1/calc/{method}', {path: '/v1/calc/fieller_relative_lift', body: inputs});
  await api.ask('post /v1/calc/{method}', {path: '/v1/calc/fieller_relative_lift', body: {}, status: 400});
}

const server = await ConvergeServe.start(options.program, options.definitions, [],
                                         {keys: [kEncrypted, kLimited], flags: ['--tick-ms', kTickMilliseconds]});
try {
  const document = await (await fetch(`http://127.0.0.1:${server.port}/openapi.json`)).json();
  const validator = new Validator();
  const verdict = await validator.validate(structuredClone(document));
  check('a validator of another author accepts the document', verdict.valid,
    verdict.valid ? `OpenAPI ${validator.version}` : JSON.stringify(verdict.errors));
  const text = JSON.stringify(document);
  const referred = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
  const schemas = Object.keys(document.components.schemas);
  check('every schema that is referred to is there, and every one that is there is referred to',
    JSON.stringify([...referred].sort()) === JSON.stringify([...schemas].sort()),
    [...schemas.filter((name) => !referred.has(name)), ...[...referred].filter((name) => !schemas.includes(name))].join());
  const operations = Object.entries(document.paths).flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => `${verb} ${path}`));
  check('it has every route and no other', JSON.stringify([...operations].sort()) === JSON.stringify([...kRoutes].sort()),
    [...operations.filter((route) => !kRoutes.includes(route)), ...kRoutes.filter((route) => !operations.includes(route))].join());
  const ids = operations.map((route) => document.paths[route.split(' ')[1]][route.split(' ')[0]].operationId);
  check('every operation has a name of its own', new Set(ids).size === operations.length);

  const api = new Conformance(document, server);
  await sendEvents(api, server);
  await askAssignment(api, server);
  await askOpenFeature(api, server);
  await askGrowthBook(api, server);
  await askExperiments(api);
  await askDefinitions(api);
  await askOperation(api);
  // The answers of streams have no end; openfeature_streams.mjs and growthbook_http.mjs read them.
  const unanswered = operations.filter((route) => !api.answered.has(route) && !/stream$|^get \/sub/.test(route));
  check('every operation was answered', unanswered.length === 0, unanswered.join());
  console.log(`${api.answers} answers of ${operations.length} operations`);
} catch (failure) {
  console.error(`openapi: ${failure.stack}`);
  failed += 1;
} finally {
  await server.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
