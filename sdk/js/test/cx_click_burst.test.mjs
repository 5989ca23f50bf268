import assert from 'node:assert/strict';
import {test} from 'node:test';

import {source} from './source.mjs';

const {clickBursts} = await source('cx/click_burst.ts');

const limits = {clicks: 3, windowMs: 1000, radiusPx: 30};

// How many bursts the clicks complete; a click is [milliseconds, x, y].
function bursts(clicks, changed = {}) {
  const completes = clickBursts({...limits, ...changed});
  return clicks.filter(([at, x = 0, y = 0]) => completes({at, x, y})).length;
}

test('two clicks are no burst, the third within the window completes one', () => {
  assert.equal(bursts([[0], [100]]), 0);
  assert.equal(bursts([[0], [100], [200]]), 1);
});

test('the window reaches from the first to the last click, its end included', () => {
  assert.equal(bursts([[0], [500], [1000]]), 1);
  assert.equal(bursts([[0], [500], [1001]]), 0);
  assert.equal(bursts([[0], [550], [1100]]), 0);
  assert.equal(bursts([[0.3], [500], [1000.4]]), 1, 'fractions are blur of the clock');
});

test('all clicks lie within the radius of each other, its end included', () => {
  assert.equal(bursts([[0, 0, 0], [100, 18, 24], [200, 0, 0]]), 1);
  assert.equal(bursts([[0, 0, 0], [100, 31, 0], [200, 0, 0]]), 0);
  assert.equal(bursts([[0, 0, 0], [100, 20, 0], [200, 40, 0]]), 0, 'a walk of 20 px steps');
  assert.equal(bursts([[0, 0, 0], [100, 0, 0], [200, 0, 31]]), 0);
});

test('a burst of ten clicks is one', () => {
  assert.equal(bursts(Array.from({length: 10}, (_, i) => [i * 90])), 1);
  assert.equal(bursts(Array.from({length: 10}, (_, i) => [i * 300])), 1, 'though it lasts longer than the window');
});

test('a burst ends by a pause or by a click elsewhere, and another needs all its clicks anew', () => {
  assert.equal(bursts([[0], [100], [200], [1201], [1300]]), 1);
  assert.equal(bursts([[0], [100], [200], [1201], [1300], [1400]]), 2);
  assert.equal(bursts([[0], [100], [200], [300, 100], [400, 100]]), 1);
  assert.equal(bursts([[0], [100], [200], [300, 100], [400, 100], [500, 100]]), 2);
});

test('clicks that were too slow count from the later ones on', () => {
  assert.equal(bursts([[0], [900], [1100], [1200]]), 1);
});

test('number, window and radius are given', () => {
  assert.equal(bursts([[0], [100]], {clicks: 2}), 1);
  assert.equal(bursts([[0], [100], [200], [300]], {clicks: 5}), 0);
  assert.equal(bursts([[0], [100], [301]], {windowMs: 300}), 0);
  assert.equal(bursts([[0, 0, 0], [100, 60, 0], [200, 0, 0]], {radiusPx: 60}), 1);
});
