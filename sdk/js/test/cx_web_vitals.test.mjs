import assert from 'node:assert/strict';
import {test} from 'node:test';

import {source} from './source.mjs';

const {layoutShifts} = await source('cx/layout_shifts.ts');
const {interactions} = await source('cx/interactions.ts');

function score(shifts) {
  const add = layoutShifts();
  return shifts.reduce((_, [startTime, value, hadRecentInput = false]) => add({startTime, value, hadRecentInput}), 0);
}

test('shifts less than a second apart are one session, and the worst session counts', () => {
  assert.equal(score([[0, 0.25], [999, 0.25]]), 0.5);
  assert.equal(score([[0, 0.25], [1000, 0.125]]), 0.25, 'a second apart they are two');
  assert.equal(score([[0, 0.125], [2000, 0.25], [2500, 0.25], [9000, 0.25]]), 0.5);
});

test('a session lasts five seconds at most', () => {
  const steady = Array.from({length: 12}, (_, i) => [i * 500, 0.0625]);
  assert.equal(score(steady), 10 * 0.0625);
});

test('shifts just after an input are not counted and join nothing', () => {
  assert.equal(score([[0, 0.25], [600, 1, true], [1200, 0.25]]), 0.25);
});

const inp = (durations, total = durations.length) => {
  const add = interactions();
  return durations.reduce((_, duration, i) => add({interactionId: i + 1, duration}, total), 0);
};

test('interaction to next paint is the longest of a few interactions', () => {
  assert.equal(inp([48, 320, 56]), 320);
  assert.equal(inp([48, 320, 56], 49), 320);
});

test('of many interactions one in fifty is left out', () => {
  assert.equal(inp([48, 320, 256, 56], 50), 256);
  assert.equal(inp([48, 320, 256, 56], 100), 56);
  assert.equal(inp([48, 320], 1000), 48, 'never more than there are');
});

test('the events of one interaction are as long as the longest', () => {
  const add = interactions();
  add({interactionId: 7, duration: 120}, 1);
  assert.equal(add({interactionId: 7, duration: 64}, 1), 120);
  assert.equal(add({interactionId: 7, duration: 200}, 60), 200, 'and one');
});
