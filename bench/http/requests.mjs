// How each server is asked what one unit gets, and how to read its answer: flag -> value. The units are a million, with three
// attributes; wrk draws them from templates, the checks of the answers draw them here.
const kUnits = 1_000_000;
const kUnitDigits = 7;
const kAges = Array.from({length: 60}, (_, i) => 10 + i);
const kCountries = ['DE', 'FR', 'AT', 'US'];
const kBrowsers = ['firefox', 'chrome', 'safari'];
const kNumber = '#'.repeat(kUnitDigits);

const attributesOf = (age) => ({country: kCountries[age % kCountries.length], age, browser: kBrowsers[age % kBrowsers.length]});

export function randomUnit() {
  const number = 1 + Math.floor(Math.random() * kUnits);
  const age = kAges[Math.floor(Math.random() * kAges.length)];
  return {unit: `user-${String(number).padStart(kUnitDigits, '0')}`, attributes: attributesOf(age)};
}

const byPair = (items, key, value) => Object.fromEntries(items.map((item) => [key(item), value(item)]));
const post = (path, headers, body) => ({method: 'POST', path, headers, body: JSON.stringify(body)});

// (unit, attributes, key) => request; answer => values
export const kKinds = {
  assign: {
    request: (unit, attributes, key) => post('/v1/assign', {'X-Client-Key': key}, {unit, attributes}),
    values: ({assignments}) => byPair(assignments, ({flag}) => flag, ({value}) => value),
  },
  ofrep: {
    request: (unit, attributes, key) => (
      post('/ofrep/v1/evaluate/flags', {Authorization: `Bearer ${key}`}, {context: {targetingKey: unit, ...attributes}})),
    values: ({flags}) => byPair(flags, ({key}) => key, ({value}) => value),
  },
  growthbook: {
    request: (unit, attributes, key) => post(`/api/eval/${key}`, {}, {
      attributes: {id: unit, ...attributes}, forcedVariations: {}, forcedFeatures: [], url: '',
    }),
    values: ({features}) => byPair(Object.entries(features), ([key]) => key, ([, {defaultValue}]) => defaultValue),
  },
  unleash: {
    request: (unit, attributes, key) => (
      {method: 'GET', path: `/api/frontend?${new URLSearchParams({userId: unit, ...attributes})}`, headers: {Authorization: key}}),
    values: ({toggles}) => byPair(toggles, ({name}) => name, ({variant}) => Number(variant.payload.value)),
  },
};

// A file that is as large as what another server answers; the number keeps wrk as busy as there.
export const fileRequest = (name) => (unit) => ({method: 'GET', path: `/${name}?unit=${unit}`, headers: {}});

function textOf({method, path, headers, body}) {
  const lines = Object.entries({Host: '127.0.0.1', ...headers}).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body !== undefined) lines.push('Content-Type: application/json\r\n', `Content-Length: ${Buffer.byteLength(body)}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

// [what stands before the number of the unit, what stands behind it], for each age that units have.
export function templatesOf(request) {
  return kAges.map((age) => textOf(request(`user-${kNumber}`, attributesOf(age))).replaceAll('%23', '#').split(kNumber));
}

// For requests.lua. JSON's strings are Lua's as long as they are ASCII.
export const luaOf = (templates) => (
  `return {\n${templates.map((parts) => `{${parts.map((part) => JSON.stringify(part)).join(', ')}},\n`).join('')}}\n`);

// For converge_open_loop.
export const bytesOf = (templates) => (
  templates.map(([head, tail]) => `${Buffer.byteLength(head)} ${Buffer.byteLength(tail)}\n${head}${tail}`).join(''));
