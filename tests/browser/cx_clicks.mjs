// Rage and dead clicks of the CX pack in headless Chromium against a real server: exactly the incidents that there were are
// stored, and metrics count them.
//   node cx_clicks.mjs --program build/release/cli/converge --definitions FOLDER
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {Experience} from './experience.mjs';

const experience = await Experience.start('cx_clicks');

// Clicks at [milliseconds, x, y], pressed by the browser itself with these times.
async function click(page, clicks) {
  const devtools = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  for (const [at, x, y] of clicks) {
    for (const type of ['mousePressed', 'mouseReleased']) {
      await devtools.send('Input.dispatchMouseEvent', {type, x, y, button: 'left', clickCount: 1, timestamp: start + at / 1000});
    }
  }
}

const repeat = (number, gap, x, y) => Array.from({length: number}, (_, i) => [i * gap, x, y]);

async function rageClicks(clicks, options) {
  const page = await experience.open((given) => window.cx.watchRageClicks(window.client, given), options);
  await click(page, clicks);
  return experience.sent(page, 'rage_click');
}

const cases = [
  ['two clicks are none', 0, repeat(2, 100, 40, 20)],
  ['three within a second are one', 1, repeat(3, 200, 40, 20)],
  ['three that last exactly a second are one', 1, repeat(3, 500, 40, 20)],
  ['three that last 1,100 ms are none', 0, repeat(3, 550, 40, 20)],
  ['three of one instant, on a blurred clock, are one', 1, repeat(3, 0, 40, 20)],
  ['30 px apart they are one', 1, [[0, 40, 20], [100, 70, 20], [200, 40, 20]]],
  ['31 px apart they are none', 0, [[0, 40, 20], [100, 71, 20], [200, 40, 20]]],
  ['a burst of ten is one', 1, repeat(10, 90, 40, 20)],
  ['two bursts with a pause between are two', 2, [...repeat(4, 100, 40, 20), ...repeat(4, 100, 40, 20).map(([at, x, y]) => [at + 3000, x, y])]],
  ['on what is no button it is one too', 1, repeat(3, 100, 40, 180)],
  ['in a text input there is none', 0, repeat(6, 100, 40, 340)],
  ['in a text area there is none', 0, repeat(6, 100, 40, 420)],
  ['on the arrows of a number input there is none', 0, repeat(6, 100, 40, 500)],
  ['in editable text there is none', 0, repeat(6, 100, 40, 740)],
  ['on a plus button there is none', 0, repeat(6, 100, 40, 580)],
  ['on a minus button, inside its icon, there is none', 0, repeat(6, 100, 112, 590)],
  ['on a button beside a number input there is none', 0, repeat(6, 100, 40, 930)],
  ['on what is marked as a stepper there is none', 0, repeat(6, 100, 200, 580)],
  ['two clicks on a label are two, though it passes them on to its box', 0, repeat(2, 100, 100, 660)],
  ['two clicks of one instant on a label are two', 0, repeat(2, 0, 100, 660)],
  ['three clicks on a label are one', 1, repeat(3, 100, 100, 660)],
];
const kLimitMilliseconds = 800;

async function deadClicks(act, options = {}) {
  const page = await experience.open((given) => window.cx.watchDeadClicks(window.client, given), {limitMs: kLimitMilliseconds, ...options});
  await act(page);
  await page.waitForTimeout(kLimitMilliseconds + 200);
  return (await experience.sent(page, 'dead_click')).map(({properties: {target}}) => target);
}

const dead = [
  ['a button without effect', '#stuck', ['button#stuck']],
  ['what only looks like one', '#pointer', ['div#pointer']],
  ['a link to nowhere', '#nowhere', ['a#nowhere']],
  ['a button that changes the document', '#pay', []],
  ['a button that changes it within the limit', '#late', []],
  ['a button that changes it when it goes down', '#presses', []],
  ['a button that scrolls', '#scrolls', []],
  ['a button that selects', '#selects', []],
  ['a button that goes to another address of the page', '#pushes', []],
  ['a link that opens the mail program', '#mail', []],
  ['plain text', '#plain', []],
  ['a text input', '#text', []],
  ['a check box', '#check', []],
  ['the label of a check box', '#label', []],
  ['sending a form that is not complete', '#send', []],
];
// Most of their time they wait.
describe('clicks', {concurrency: 2}, () => {
  for (const [name, expected, clicks] of cases) {
    test(`rage clicks: ${name}`, async () => assert.equal((await rageClicks(clicks)).length, expected));
  }

  test('rage clicks: number, window, radius and what is ignored are given', async () => {
    assert.equal((await rageClicks(repeat(4, 100, 40, 20), {clicks: 5})).length, 0);
    assert.equal((await rageClicks(repeat(3, 1000, 40, 20), {windowMs: 2000})).length, 1);
    assert.equal((await rageClicks([[0, 40, 20], [100, 90, 20], [200, 40, 20]], {radiusPx: 50})).length, 1);
    assert.equal((await rageClicks(repeat(3, 100, 40, 20), {ignore: '#pay, #other'})).length, 0);
  });

  test('rage clicks: the outcome names the element, by its mark, else by tag and id, and never by its text', async () => {
    const [{properties}] = await rageClicks(repeat(3, 100, 40, 20));
    assert.deepEqual(properties, {target: 'button#pay'});
    const [marked] = await rageClicks(repeat(3, 100, 100, 830));
    assert.deepEqual(marked.properties, {target: 'the big one'});
  });

  test('rage clicks: keys and scripts that press a button make none', async () => {
    const page = await experience.open(() => window.cx.watchRageClicks(window.client));
    await page.focus('#pay');
    for (let i = 0; i < 5; i += 1) await page.keyboard.press('Enter');
    await page.evaluate(() => Array.from({length: 5}, () => document.getElementById('pay').click()));
    assert.deepEqual(await experience.sent(page, 'rage_click'), []);
  });

  test('rage clicks: after uninstall there are none', async () => {
    const page = await experience.open(() => window.cx.watchRageClicks(window.client)());
    await click(page, repeat(5, 100, 40, 20));
    assert.deepEqual(await experience.sent(page, 'rage_click'), []);
  });

  for (const [name, selector, expected] of dead) {
    test(`dead clicks: ${name}: ${expected.length}`, async () => {
      assert.deepEqual(await deadClicks((page) => page.click(selector)), expected);
    });
  }

  test('dead clicks: a change after the limit comes too late', async () => {
    assert.deepEqual(await deadClicks((page) => page.click('#late'), {limitMs: 100}), ['button#late']);
  });

  test('dead clicks: several on one element within the limit are one', async () => {
    assert.deepEqual(await deadClicks((page) => page.click('#stuck', {clickCount: 5})), ['button#stuck']);
  });

  test('dead clicks: a page that is left was no dead click, however long the next one takes', async () => {
    const page = await experience.open((limitMs) => {
      window.cx.watchDeadClicks(window.client, {limitMs});
      document.getElementById('stuck').onclick = () => location.assign('/elsewhere');
    }, kLimitMilliseconds);
    await page.route('**/elsewhere', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 2 * kLimitMilliseconds));
      await route.continue();
    });
    await page.click('#stuck', {noWaitAfter: true});
    await page.waitForURL('**/elsewhere');
    assert.deepEqual(await experience.stored(page.unit, 'dead_click'), []);
  });

  test('dead clicks: after uninstall there are none, pending ones neither', async () => {
    const page = await experience.open((limitMs) => {
      window.uninstall = window.cx.watchDeadClicks(window.client, {limitMs});
    }, kLimitMilliseconds);
    await page.click('#stuck');
    await page.evaluate(() => window.uninstall());
    await page.click('#pointer');
    await page.waitForTimeout(kLimitMilliseconds + 200);
    assert.deepEqual(await experience.sent(page, 'dead_click'), []);
  });

  test('clicks: metrics of an experiment count the incidents of those who were exposed', async () => {
    const page = await experience.open((limitMs) => {
      window.client.flag('experience', '');
      window.cx.watchExperience(window.client, {deadClicks: {limitMs}});
    }, kLimitMilliseconds);
    await click(page, [...repeat(3, 100, 40, 180), ...repeat(3, 100, 40, 260).map(([at, x, y]) => [at + 5000, x, y])]);
    await page.waitForTimeout(kLimitMilliseconds + 200);
    await experience.sent(page, 'rage_click');
    await experience.untilMetric('rage_clicks_1d', 'sum', 2);
    await experience.untilMetric('dead_clicks_1d', 'sum', 1);
  });
});
