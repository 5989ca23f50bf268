// Who the visitor is, and the client that asks and reports for them.
import {createClient} from '/sdk/converge.js';

import {byId, element} from './element.js';

const kFeedMax = 12;
const kCountries = ['DE', 'FR', 'SE'];

function randomVisitor() {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return `guest-${number.toString(36)}`;
}

function currentVisitor() {
  const asked = new URLSearchParams(location.search).get('visitor');
  const id = asked || localStorage.getItem('shop_visitor') || randomVisitor();
  localStorage.setItem('shop_visitor', id);
  return id;
}

const browser = /firefox/i.test(navigator.userAgent) ? 'firefox' : /chrome/i.test(navigator.userAgent) ? 'chrome' : 'safari';

export const visitor = currentVisitor();

const {clientKey} = await (await fetch('/shop/settings.json')).json();
const sdk = createClient({
  host: location.origin,
  clientKey,
  consent: 'granted',
  attributes: {id: visitor, browser, country: kCountries[visitor.length % kCountries.length]},
});

/** The SDK's client, whose outcomes are also shown in the feed. */
export const client = {
  ready: sdk.ready,
  flag: (key, fallback) => sdk.flag(key, fallback),
  details: (key, fallback) => sdk.details(key, fallback),
  onChange: (listener) => sdk.onChange(listener),
  track(name, outcome = {}) {
    sdk.track(name, outcome);
    const {value, properties = {}} = outcome;
    const words = [...(value === undefined ? [] : [value]), ...Object.entries(properties).map(([key, each]) => `${key} ${each}`)];
    byId('feed').prepend(element('li', {}, element('code', {}, name), ` ${words.join(' · ')}`));
    byId('feed').children[kFeedMax]?.remove();
  },
};

export function becomeAnother() {
  localStorage.setItem('shop_visitor', randomVisitor());
  sessionStorage.clear();
  location.assign('/shop');
}
