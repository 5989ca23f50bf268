// The survey of the CX pack in headless Chromium against a real server: used by keyboard alone, read as a screen reader reads it,
// and stored as invited, shown and answered.
//   node cx_survey.mjs --program build/release/cli/converge --definitions FOLDER
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Experience} from './experience.mjs';

const experience = await Experience.start('cx_survey');
const kQuestion = 'How likely are you to recommend us to a friend or colleague?';

const offer = (page, options) => page.evaluate((given) => {
  window.uninstall = window.cx.offerSurvey(window.client, given);
}, {kind: 'nps', quietDays: 0, ...options});

async function openSurvey(options) {
  const page = await experience.open((given) => {
    window.client.flag('experience', '');
    window.uninstall = window.cx.offerSurvey(window.client, given);
  }, {kind: 'nps', quietDays: 0, ...options});
  await page.getByRole('region', {name: 'Survey'}).waitFor();
  return page;
}

const names = (events) => events.map(({name}) => name);
const ours = (unit) => experience.stored(unit).then((events) => events.filter(({name = ''}) => name.startsWith('survey_')));

async function surveyEvents(page) {
  await page.evaluate(() => window.client.flush());
  return ours(page.unit);
}

// What has focus, as the accessibility tree names it.
const focused = (page) => page.evaluate(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.ariaLabel || element?.textContent.trim() || element?.localName;
});

// Role, name and state of every node that screen readers are told of; a region before what it holds.
async function accessibilityTree(page) {
  const devtools = await page.context().newCDPSession(page);
  const {nodes} = await devtools.send('Accessibility.getFullAXTree');
  return nodes.filter(({ignored}) => !ignored).map(({role, name, properties = []}) => ({
    role: role?.value,
    name: name?.value ?? '',
    ...Object.fromEntries(properties.filter((each) => ['live', 'checked', 'required'].includes(each.name)).map((each) => [each.name, each.value.value])),
  }));
}

test('survey: it takes no focus when it appears', async () => {
  const page = await experience.open(() => document.getElementById('text').focus());
  await offer(page, {});
  await page.getByRole('region', {name: 'Survey'}).waitFor();
  await page.waitForTimeout(400);
  assert.equal(await focused(page), 'Text');
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.context().close();
});

test('survey: by keyboard alone it is reached, answered and sent, and the events are on the server', async () => {
  const page = await openSurvey({});
  await page.focus('#nowhere');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), '0, not at all likely', 'the group comes after all of the page');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), '10, extremely likely');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Send');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Close the survey');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Close the survey', 'focus does not fall out of the panel with its button');
  const events = await surveyEvents(page);
  assert.deepEqual(names(events), ['survey_nps_invited', 'survey_nps_shown', 'survey_nps']);
  assert.equal(events[2].value, 9);
  assert.deepEqual(events[2].properties, {score: 9, nps: 100});
  await page.keyboard.press('Enter');
  await page.getByRole('region', {name: 'Survey'}).waitFor({state: 'detached'});
  assert.equal(await focused(page), 'Nowhere', 'focus goes back to where it came from');
  assert.equal((await surveyEvents(page)).length, 3, 'closing the thanks is no dismissal');
  await page.context().close();
  await experience.untilMetric('nps_1d', 'sum', 100);
  await experience.untilMetric('answered_1d', 'denominator_sum', 1);
});

test('survey: Escape inside it dismisses it, and elsewhere it does not', async () => {
  const page = await openSurvey({});
  await page.focus('#nowhere');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('region', {name: 'Survey'}).count(), 1);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('region', {name: 'Survey'}).count(), 0);
  assert.equal(await focused(page), 'Nowhere');
  assert.deepEqual(names(await surveyEvents(page)), ['survey_nps_invited', 'survey_nps_shown', 'survey_nps_dismissed']);
  await page.context().close();
});

test('survey: without a score it is not sent', async () => {
  const page = await openSurvey({});
  await page.getByRole('button', {name: 'Send'}).click();
  assert.deepEqual(names(await surveyEvents(page)), ['survey_nps_invited', 'survey_nps_shown']);
  await page.context().close();
});

test('survey: the accessibility tree has the region, the question as the group\'s name, a radio button per score, and the buttons', async () => {
  const page = await openSurvey({});
  await page.waitForTimeout(400);
  const tree = await accessibilityTree(page);
  const from = tree.findIndex(({role, name}) => role === 'region' && name === 'Survey');
  assert.notEqual(from, -1);
  const inside = tree.slice(from);
  assert.equal(inside.find(({role}) => role === 'group')?.name, kQuestion);
  const radios = inside.filter(({role}) => role === 'radio');
  assert.deepEqual(radios.map(({name}) => name),
    ['0, not at all likely', ...Array.from({length: 9}, (_, i) => `${i + 1}`), '10, extremely likely']);
  assert.ok(radios.every(({checked}) => checked === 'false'));
  assert.deepEqual(inside.filter(({role}) => role === 'button').map(({name}) => name).sort(), ['Close the survey', 'Send']);
  const status = inside.find(({role}) => role === 'status');
  assert.equal(status?.live, 'polite');
  assert.ok(inside.some(({role, name}) => role === 'StaticText' && name.startsWith('A survey at the end of this page:') && name.endsWith(kQuestion)),
    'the live region says that it is there');
  await page.getByRole('radio', {name: '7'}).check();
  assert.equal((await accessibilityTree(page)).filter(({role, checked}) => role === 'radio' && checked === 'true').map(({name}) => name).join(), '7');
  await page.getByRole('button', {name: 'Send'}).click();
  await page.waitForTimeout(100);
  assert.ok((await accessibilityTree(page)).some(({role, name}) => role === 'StaticText' && name === 'Thank you for your answer.'));
  await page.context().close();
});

// Relative luminance and contrast as WCAG 2 defines them.
const luminance = ([r, g, b]) => [[r, 0.2126], [g, 0.7152], [b, 0.0722]].reduce((sum, [part, weight]) => {
  const share = part / 255;
  return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
}, 0);
const contrast = (a, b) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

test('survey: texts have a contrast of 4.5, frames of 3; targets are 24 px, nothing moves, and 320 px of width suffice', async () => {
  const page = await openSurvey({});
  await page.getByRole('radio', {name: '7'}).check();
  const looks = await page.evaluate(() => {
    const colours = (text) => text.match(/\d+/g).slice(0, 3).map(Number);
    const root = [...document.querySelectorAll('div')].find(({shadowRoot}) => shadowRoot).shadowRoot;
    const style = (selector) => getComputedStyle(root.querySelector(selector));
    const panel = style('section');
    const all = [...root.querySelectorAll('*')];
    return {
      text: [colours(panel.color), colours(panel.backgroundColor)],
      send: [colours(style('.send').color), colours(style('.send').backgroundColor)],
      chosen: [colours(style(':checked+span').color), colours(style(':checked+span').backgroundColor)],
      frame: [colours(style('label span').borderTopColor), colours(panel.backgroundColor)],
      targets: [...root.querySelectorAll('button,input')].map((each) => each.getBoundingClientRect()).map(({width, height}) => Math.min(width, height)),
      moving: all.filter((each) => getComputedStyle(each).animationName !== 'none' || getComputedStyle(each).transitionDuration !== '0s').length,
    };
  });
  for (const name of ['text', 'send', 'chosen']) assert.ok(contrast(...looks[name]) >= 4.5, name);
  assert.ok(contrast(...looks.frame) >= 3);
  assert.ok(looks.targets.every((size) => size >= 24), `${looks.targets}`);
  assert.equal(looks.moving, 0);
  await page.setViewportSize({width: 320, height: 640});
  const box = await page.getByRole('region', {name: 'Survey'}).boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
  await page.context().close();
});

test('survey: CSAT and CES have their scales, names and points', async () => {
  for (const [kind, choose, score, points, count] of [['csat', '4', 4, 100, 5], ['ces', '6', 6, 6, 7]]) {
    const page = await openSurvey({kind, properties: {place: 'checkout'}});
    assert.equal(await page.getByRole('radio').count(), count);
    await page.getByRole('radio', {name: choose}).check();
    await page.getByRole('button', {name: 'Send'}).click();
    const events = await surveyEvents(page);
    assert.deepEqual(names(events), [`survey_${kind}_invited`, `survey_${kind}_shown`, `survey_${kind}`]);
    assert.equal(events[2].value, score);
    assert.deepEqual(events[2].properties, {place: 'checkout', score, [kind]: points});
    assert.ok(events.every(({properties}) => properties.place === 'checkout'));
    await page.context().close();
  }
});

test('survey: who was asked is not asked again before the quiet days are over', async () => {
  const page = await openSurvey({quietDays: 30});
  await page.reload();
  await experience.begin(page, () => {});
  await offer(page, {quietDays: 30});
  await page.waitForTimeout(300);
  assert.equal(await page.getByRole('region', {name: 'Survey'}).count(), 0);
  await page.evaluate(() => localStorage.setItem('converge_survey_nps', String(Date.now() - 31 * 86_400_000)));
  await offer(page, {quietDays: 30});
  await page.getByRole('region', {name: 'Survey'}).waitFor();
  assert.deepEqual(names(await surveyEvents(page)).filter((name) => name.endsWith('invited')).length, 2);
  await page.context().close();
});

test('survey: invited and shown are two things: uninstalled before its delay it was never shown', async () => {
  const page = await experience.open(() => {});
  await offer(page, {delayMs: 60_000});
  await page.evaluate(() => window.uninstall());
  assert.deepEqual(names(await surveyEvents(page)), ['survey_nps_invited']);
  await offer(page, {share: 0});
  assert.deepEqual(names(await surveyEvents(page)), ['survey_nps_invited'], 'who is not drawn is not invited');
  await page.context().close();
});
