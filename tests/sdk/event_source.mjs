// The EventSource that browsers have and Node 18 has not, as far as the clients here use it: it comes back after an end, with the id
// of the last event.
import {request} from 'node:http';

const kRetryMilliseconds = 1_000;
const kConnecting = 0;
const kOpen = 1;
const kClosed = 2;

export class EventSource {
  // All that are not closed.
  static open = new Set();

  readyState = kConnecting;
  #listeners = new Map();
  #retry = kRetryMilliseconds;
  #lastEventId = null;
  #sent;
  #timer;

  constructor(url) {
    this.url = String(url);
    EventSource.open.add(this);
    this.#connect();
  }

  #connect() {
    const headers = {accept: 'text/event-stream'};
    if (this.#lastEventId !== null) headers['last-event-id'] = this.#lastEventId;
    this.#sent = request(this.url, {headers}, (answer) => {
      if (answer.statusCode !== 200) return this.#fail();
      this.readyState = kOpen;
      this.#dispatch({type: 'open'});
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => {
        const events = (text + part).split('\n\n');
        text = events.pop();
        events.forEach((event) => this.#read(event));
      });
      answer.on('close', () => this.#comeBack());
    });
    this.#sent.on('error', () => this.#comeBack());
    this.#sent.end();
  }

  #read(event) {
    const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s, 2)));
    if (fields.retry !== undefined) this.#retry = Number(fields.retry);
    if (fields.id !== undefined) this.#lastEventId = fields.id;
    if (fields.data !== undefined) {
      this.#dispatch({type: fields.event ?? 'message', data: fields.data, lastEventId: this.#lastEventId});
    }
  }

  #comeBack() {
    if (this.readyState === kClosed || this.#timer !== undefined) return;
    this.readyState = kConnecting;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connect();
    }, this.#retry).unref();
    this.#dispatch({type: 'error'});
  }

  // Another status than 200 is final.
  #fail() {
    this.close();
    this.#dispatch({type: 'error'});
  }

  #dispatch(message) {
    this[`on${message.type}`]?.(message);
    for (const listener of this.#listeners.get(message.type) ?? []) listener(message);
  }

  addEventListener(type, listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close() {
    this.readyState = kClosed;
    EventSource.open.delete(this);
    clearTimeout(this.#timer);
    this.#sent.destroy();
  }
}
