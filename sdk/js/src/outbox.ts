// Events on their way to the server. An event leaves when the server has answered that it is durable, or that it takes no such
// event; until then it stays here and, where there is storage, over reloads, closed tabs and dead batteries. What was sent twice
// counts once, because every event has an id.
import {backoff} from './backoff';
import type {BrowserStorage} from './browser_storage';
import {fetchInTime} from './fetch_in_time';
import {kBatchBytes, kBatchEvents, kBatchMilliseconds, kQueuedEvents} from './limits';
import type {OnProblem} from './problem';
import {randomId} from './random_id';

export interface WireEvent {
  type: 'exposure' | 'outcome';
  id: string;
  ts: string;
  unit?: string;
  units?: Record<string, string>;
  [member: string]: unknown;
}

export interface Outbox {
  /** false: there is no room. */
  add(event: WireEvent): boolean;
  /** From now on events are kept and sent, those that wait too. */
  open(): void;
  clear(): void;
  flush(): Promise<void>;
  /** For a page that goes away: hands everything to the browser, and keeps it until an answer says otherwise. */
  beacon(): void;
  close(): void;
}

interface Options {
  url: string;
  storage: BrowserStorage;
  onProblem: OnProblem;
  onRejected(event: WireEvent): void;
}

/** Events by storage name, as JSON. */
type Batch = [name: string, text: string][];

const kStart = 'event:';
const bytesOf = (text: string) => new Blob([text]).size;
const bodyOf = (batch: Batch) => `[${batch.map(([, text]) => text).join(',')}]`;

export function outbox({url, storage, onProblem, onRejected}: Options): Outbox {
  const waiting = new Map<string, string>();
  let isOpen = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;
  let batchEvents = kBatchEvents;
  let sequence = 0;
  let notBefore = 0;
  /** What a beacon has taken is not given to another. */
  const handed = new Set<string>();

  function remove(name: string) {
    waiting.delete(name);
    handed.delete(name);
    storage.remove(name);
  }

  function takeFrom(entries: Batch): Batch {
    let bytes = 2;
    const end = entries.findIndex(([, text], i) => (bytes += bytesOf(text) + 1) > kBatchBytes || i >= batchEvents);
    return entries.slice(0, end < 0 ? undefined : Math.max(1, end));
  }

  function stopTimer() {
    clearTimeout(timer);
    timer = undefined;
  }

  function schedule(milliseconds: number) {
    stopTimer();
    if (!isOpen) return;
    timer = setTimeout(() => {
      timer = undefined;
      void self.flush();
    }, milliseconds);
  }

  /** Unless a try is due anyway. */
  function scheduleSoon() {
    if (!timer && !sending) schedule(kBatchMilliseconds);
  }

  function settle(batch: Batch, rejected: {index: number; reason: string; error: string}[]) {
    for (const {index, reason, error} of rejected) {
      const event = JSON.parse(batch[index]?.[1] ?? 'null') as WireEvent | null;
      onProblem({code: 'rejected', message: `${reason}: ${error}: ${batch[index]?.[1]}`});
      if (event) onRejected(event);
    }
    batch.forEach(([name]) => remove(name));
    batchEvents = kBatchEvents;
  }

  /** The body as a whole was not taken: a smaller one may be, a single event is given up. */
  function refuse(batch: Batch, status: number) {
    if (batch.length > 1) {
      batchEvents = batch.length >> 1;
      return;
    }
    onProblem({code: 'refused', message: `${status} for ${batch[0]![1]}`});
    settle(batch, []);
  }

  /** false: wait before the next. */
  async function send(batch: Batch): Promise<boolean> {
    let retryAfter: string | null = null;
    try {
      // text/plain asks no permission first, and is what a beacon sends.
      const answer = await fetchInTime(url, {
        method: 'POST', body: bodyOf(batch), keepalive: true, headers: {'content-type': 'text/plain'},
      });
      if (answer.ok) settle(batch, (await answer.json()).rejected ?? []);
      else if (answer.status === 400 || answer.status === 413) refuse(batch, answer.status);
      else {
        retryAfter = answer.headers.get('retry-after');
        // Kept all the same: a key or an address can be put right.
        if (answer.status < 500) onProblem({code: 'refused', message: `${answer.status} from ${url}`});
        throw answer.status;
      }
      failures = 0;
      return true;
    } catch {
      failures += 1;
      const pause = backoff(failures, retryAfter);
      if (retryAfter) notBefore = Date.now() + pause;
      schedule(pause);
      return false;
    }
  }

  async function sendAll() {
    stopTimer();
    const pause = notBefore - Date.now();
    if (pause > 0) return schedule(pause);
    // What comes meanwhile goes along, so each round is one batch shorter or the last.
    while (isOpen && waiting.size) if (!await send(takeFrom([...waiting]))) return;
  }

  const self: Outbox = {
    add(event) {
      const text = JSON.stringify(event);
      const isTooLarge = bytesOf(text) > kBatchBytes - 2;
      if (isTooLarge || waiting.size >= kQueuedEvents) {
        onProblem({code: isTooLarge ? 'event_too_large' : 'queue_full', message: `dropped ${text.slice(0, 200)}`});
        return false;
      }
      // Sorted by name they are in the order of their making.
      const name = `${kStart}${Date.now().toString(36)}-${`${sequence++}`.padStart(6, '0')}-${randomId()}`;
      waiting.set(name, text);
      if (isOpen) storage.write(name, text);
      scheduleSoon();
      return true;
    },
    open() {
      isOpen = true;
      const own = [...waiting];
      waiting.clear();
      for (const name of storage.names(kStart).slice(0, kQueuedEvents)) waiting.set(name, storage.read(name) ?? '{}');
      for (const [name, text] of own) {
        waiting.set(name, text);
        storage.write(name, text);
      }
      if (waiting.size) scheduleSoon();
    },
    clear() {
      isOpen = false;
      waiting.clear();
      handed.clear();
      stopTimer();
    },
    flush: () => sending ??= sendAll().finally(() => {
      sending = undefined;
      if (waiting.size) scheduleSoon();
    }),
    beacon() {
      if (!isOpen) return;
      for (let rest = [...waiting].filter(([name]) => !handed.has(name)); rest.length;) {
        const batch = takeFrom(rest);
        rest = rest.slice(batch.length);
        if (!navigator.sendBeacon?.(url, new Blob([bodyOf(batch)], {type: 'text/plain'}))) return;
        batch.forEach(([name]) => handed.add(name));
      }
    },
    close() {
      isOpen = false;
      stopTimer();
    },
  };
  return self;
}
