// The EventSource that browsers have and Node has not, as far as GrowthBook's client uses it.
import {request} from 'node:http';

export class EventSource {
  #listeners = new Map();
  #sent;

  constructor(url) {
    this.#sent = request(url, {headers: {accept: 'text/event-stream'}}, (answer) => {
      if (answer.statusCode !== 200) return this.onerror?.();
      this.onopen?.();
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => {
        const events = (text + part).split('\n\n');
        text = events.pop();
        events.forEach((event) => this.#dispatch(event));
      });
      answer.on('end', () => this.onerror?.());
    });
    this.#sent.on('error', () => this.onerror?.());
    this.#sent.end();
  }

  #dispatch(event) {
    const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s, 2)));
    if (fields.data === undefined) return;
    const message = {type: fields.event ?? 'message', data: fields.data, lastEventId: fields.id};
    for (const listener of this.#listeners.get(message.type) ?? []) listener(message);
  }

  addEventListener(type, listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close() {
    this.onerror = null;
    this.#sent.destroy();
  }
}
