// A browser page as far as the SDK sees one: storage, cookies, visibility, network, and a clock that the test turns.
import {createClient} from '../dist/index.js';

class FakeStorage {
  getItem(name) {
    return Object.hasOwn(this, name) ? this[name] : null;
  }

  setItem(name, text) {
    this[name] = `${text}`;
  }

  removeItem(name) {
    delete this[name];
  }
}

class FakeDocument extends EventTarget {
  visibilityState = 'visible';
  #cookies = new Map();

  get cookie() {
    return [...this.#cookies].map((pair) => pair.join('=')).join('; ');
  }

  set cookie(text) {
    const [name, value] = text.split(';')[0].split('=');
    if (/Max-Age=0/.test(text)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

export class FakePage {
  now = Date.parse('2026-11-27T20:00:00Z');
  requests = [];
  beacons = [];
  streams = [];
  problems = [];
  timers = [];
  /** Answers every request that sends events: status, rejected, headers; an Error for no network. */
  answer = () => ({});
  storage = new FakeStorage();

  constructor() {
    this.load('https://shop.example/');
  }

  // A page view; what the browser keeps stays.
  load(address) {
    const cookies = globalThis.document?.cookie;
    const page = this;
    page.timers = [];
    globalThis.document = new FakeDocument();
    if (page.visited && cookies) cookies.split('; ').forEach((pair) => { globalThis.document.cookie = pair; });
    page.visited = true;
    globalThis.window = new EventTarget();
    globalThis.location = new URL(address);
    globalThis.localStorage = page.storage;
    Object.defineProperty(globalThis, 'navigator', {configurable: true, value: {sendBeacon: (url, body) => page.beacon(url, body)}});
    globalThis.EventSource = class FakeStream extends EventTarget {
      static CLOSED = 2;
      constructor(url) {
        super();
        this.url = url;
        this.readyState = 1;
        page.streams.push(this);
      }
      close() {
        this.readyState = 2;
      }
    };
    globalThis.fetch = (url, request = {}) => page.fetch(url, request);
    globalThis.setTimeout = (call, milliseconds = 0, ...rest) => {
      const timer = {at: page.now + milliseconds, call: () => call(...rest)};
      page.timers.push(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => {
      page.timers = page.timers.filter((each) => each !== timer);
    };
    Date.now = () => page.now;
    this.streams = [];
  }

  async fetch(url, {method = 'GET', body, keepalive}) {
    if (method === 'GET') {
      this.requests.push({url, method});
      return this.payload ? Response.json(this.payload) : new Response('{"error":"none"}', {status: 503});
    }
    const request = {url, method, keepalive, at: this.now, body: JSON.parse(body)};
    this.requests.push(request);
    const answer = this.answer(request);
    if (answer instanceof Error) throw answer;
    const {status = 200, headers = {}, rejected = []} = answer;
    return Response.json({accepted: 0, duplicates: 0, rejected}, {status, headers});
  }

  beacon(url, body) {
    this.beacons.push(body.text().then((text) => JSON.parse(text)));
    return true;
  }

  client(options = {}) {
    return createClient({
      host: 'https://ab.example', clientKey: 'client_0123456789', consent: 'granted', attributes: {id: 'u1'},
      onProblem: (problem) => this.problems.push(problem), ...options});
  }

  turn(state) {
    globalThis.document.visibilityState = state;
    globalThis.document.dispatchEvent(new Event('visibilitychange'));
  }

  // Lets time pass, timer by timer.
  async pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      for (let i = 0; i < 30; i += 1) await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      this.timers = this.timers.filter((each) => each !== next);
      next.call();
    }
    this.now = end;
  }

  /** Every event that any request carried, in order. */
  get sent() {
    return this.requests.filter(({method}) => method === 'POST').flatMap(({body}) => body);
  }

  get kept() {
    return Object.keys(this.storage);
  }
}

/** One experiment on `colour`, half and half, and a plain flag. */
export const kPayload = {
  dateUpdated: '1',
  features: {
    colour: {defaultValue: 'grey', rules: [{
      key: 'colours', hashVersion: 2, seed: 'exp_ab', variations: ['red', 'blue'], meta: [{key: 'control'}, {key: 'blue'}], phase: '1',
      disableStickyBucketing: true}]},
    size: {defaultValue: 20},
    nothing: {defaultValue: null},
  },
};
