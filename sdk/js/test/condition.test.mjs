import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {source} from './source.mjs';

const {holds} = await source('condition.ts');

test('conditions hold exactly when the reference SDK says so', () => {
  const path = new URL('../../../tests/data/assign/conditions.ndjson', import.meta.url);
  const [groups, ...cases] = readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(cases.length > 1_000);
  for (const [condition, attributes, verdict] of cases) {
    assert.equal(holds(condition, attributes, groups), verdict, JSON.stringify([condition, attributes]));
  }
});

test('a saved group that leads back to itself does not hold inside itself', () => {
  const groups = {
    a: {type: 'condition', condition: {$savedGroup: {id: 'b'}}},
    b: {type: 'condition', condition: {$not: {$savedGroup: {id: 'a'}}}},
  };
  assert.equal(holds({$savedGroup: {id: 'a'}}, {}, groups), true);
  assert.equal(holds({$savedGroup: {id: 'b'}}, {}, groups), true);
});

test('attributes are asked for their own members only', () => {
  assert.equal(holds({'a.toString': {$exists: true}}, {a: {}}, {}), false);
  assert.equal(holds({constructor: {$exists: false}}, {}, {}), true);
  assert.equal(holds({a: {$constructor: 1}}, {a: 1}, {}), false);
});
