// Behind the counter: what the experiments make of this visitor, and what the server counts.
import {client} from './session.js';
import {byId, element} from './element.js';

const kPollMs = 2000;

const kFlags = [
  ['home_video', false, (on) => (on ? 'a film on the home page' : 'a picture on the home page')],
  ['home_reviews', 0, (count) => (count ? `${count} reviews` : 'no reviews')],
  ['search_suggestions', false, (on) => (on ? 'suggestions while typing' : 'a plain search')],
  ['checkout_steps', 3, (steps) => (steps === 1 ? 'checkout on one page' : `checkout in ${steps} steps`)],
];

function reason({source, experiment, variant}) {
  if (source === 'experiment') return ['drawn', `variant ${variant} of ${experiment}`];
  if (source === 'forced') return ['fixed', `forced by the address: variant ${variant} of ${experiment}, not analysed`];
  if (source === 'rule') return ['fixed', 'the same for everyone: the experiment was decided'];
  return ['fixed', 'not in the experiment: what the shop always did'];
}

export function showFlags() {
  byId('flags').replaceChildren(...kFlags.map(([key, fallback, words]) => {
    const details = client.details(key, fallback);
    const [kind, why] = reason(details);
    return element('div', {class: kind, 'data-flag': key, 'data-variant': details.variant ?? ''},
      element('dt', {}, words(details.value)), element('dd', {}, why));
  }));
}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.json();
}

const total = (arms, member) => arms.reduce((sum, arm) => sum + Number(arm[member] ?? 0), 0);

/** Of all variants: units, those that bought, and the two sums whose quotient is the net promoter score. */
async function countsOf(experiment) {
  const {metrics} = await read(`/v1/experiments/${encodeURIComponent(experiment)}/results`);
  const armsOf = (name) => metrics.find(({metric, population}) => metric === name && population === 'exposed_so_far')?.arms ?? [];
  const bought = armsOf('conversion_3d');
  const promoters = armsOf('nps_3d');
  return {
    units: total(bought, 'n'),
    bought: total(bought, 'sum'),
    points: total(promoters, 'sum'),
    answers: total(promoters, 'denominator_sum'),
  };
}

const before = new Map();

function cell(now, then, text = now.toLocaleString('en')) {
  const more = now - then;
  return element('td', {'data-count': now}, text, more > 0 ? element('span', {class: 'more'}, ` +${more}`) : '');
}

function row([key, counts]) {
  if (!before.has(key)) before.set(key, counts);
  const {units, bought, answers} = before.get(key);
  const score = counts.answers ? (counts.points / counts.answers).toFixed(0) : 'no answers';
  return element('tr', {'data-experiment': key}, element('th', {scope: 'row'}, key),
    cell(counts.units, units), cell(counts.bought, bought), cell(counts.answers, answers, score));
}

let shown = '';

async function showResults() {
  const {experiments} = await read('/v1/experiments');
  const live = experiments.filter(({state}) => state === 'running').map(async ({key}) => [key, await countsOf(key)]);
  const counts = await Promise.all(live);
  // A page that changes without need would pass for an answer to the click before.
  const now = JSON.stringify(counts);
  if (now === shown) return;
  shown = now;
  byId('results').tBodies[0].replaceChildren(...counts.map(row));
}

export async function watchResults() {
  for (;;) {
    if (document.visibilityState === 'visible') {
      await showResults().catch((failure) => (byId('results-note').textContent = `The server does not answer: ${failure.message}`));
    }
    await new Promise((resolve) => setTimeout(resolve, kPollMs));
  }
}
