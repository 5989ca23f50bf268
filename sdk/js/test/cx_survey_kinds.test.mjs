import assert from 'node:assert/strict';
import {test} from 'node:test';

import {source} from './source.mjs';

const {kScales} = await source('cx/survey_kinds.ts');

const points = (kind) => {
  const {from, to, points: of} = kScales[kind];
  return Array.from({length: to - from + 1}, (_, i) => of(from + i));
};

test('the mean of what NPS answers carry is the net promoter score', () => {
  assert.deepEqual(points('nps'), [-100, -100, -100, -100, -100, -100, -100, 0, 0, 100, 100]);
});

test('the mean of what CSAT answers carry is the share of the two best of five', () => {
  assert.deepEqual(points('csat'), [0, 0, 0, 100, 100]);
});

test('the mean of what CES answers carry is the mean of seven', () => {
  assert.deepEqual(points('ces'), [1, 2, 3, 4, 5, 6, 7]);
});
