// The published definitions: fetched once, then kept up to date by the server's event stream. For remote evaluation what arrives
// are this unit's own values in the same form, and the stream says when to ask again.
import {backoff} from './backoff';
import type {Attributes} from './client';
import {fetchInTime} from './fetch_in_time';
import type {Payload} from './payload';
import type {OnProblem} from './problem';

export interface Definitions {
  payload(): Payload | undefined;
  /** Asks the server. Resolves when there are definitions, or when there were none to be had at the first attempt. */
  refresh(): Promise<void>;
  /** Streams while someone looks at the page: browsers allow a host few connections, and hidden tabs would use them up. */
  stream(): void;
  pause(): void;
  close(): void;
}

interface Options {
  host: string;
  clientKey: string;
  bootstrap: Payload | undefined;
  onNews(): void;
  onProblem: OnProblem;
  /** What remote evaluation asks; null: nothing may be asked yet. Absent: rules come here and are evaluated here. */
  question?: (() => {attributes: Attributes; url: string} | null) | undefined;
}

export function definitions({host, clientKey, bootstrap, onNews, onProblem, question}: Options): Definitions {
  let payload = bootstrap;
  let asked = 0;
  let failures = 0;
  let isClosed = false;
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let reopen: ReturnType<typeof setTimeout> | undefined;

  function take(news: Payload) {
    if (!news?.features || isClosed) return;
    if (news.encryptedFeatures) {
      onProblem({code: 'definitions', message: 'they are encrypted for this key: use one without decryption_key'});
    }
    const isNew = !!question || !payload?.dateUpdated || payload.dateUpdated !== news.dateUpdated;
    payload = news;
    if (isNew) onNews();
  }

  function ask(): Promise<Response> | undefined {
    if (!question) return fetchInTime(`${host}/api/features/${clientKey}`, {});
    const body = question();
    return body ? fetchInTime(`${host}/api/eval/${clientKey}`, {
      method: 'POST', headers: {'content-type': 'text/plain'}, body: JSON.stringify(body),
    }) : undefined;
  }

  const self: Definitions = {
    payload: () => payload,
    async refresh() {
      clearTimeout(retry);
      const turn = ++asked;
      let retryAfter: string | null = null;
      try {
        const answer = await ask();
        if (!answer) return;
        retryAfter = answer.headers.get('retry-after');
        const news = await answer.json();
        if (!answer.ok) throw new Error(`${answer.status} ${news.error}`);
        failures = 0;
        if (turn === asked) take(news);
      } catch (failure) {
        if (isClosed || turn !== asked) return;
        onProblem({code: 'definitions', message: `${host}: ${failure}`});
        retry = setTimeout(() => void self.refresh(), backoff(++failures, retryAfter));
      }
    },
    stream() {
      if (source || isClosed || typeof EventSource === 'undefined') return;
      const opened = source = new EventSource(`${host}/sub/${clientKey}`);
      const hear = ({data}: MessageEvent<string>) => {
        failures = 0;
        if (question) void self.refresh();
        else if (data) take(JSON.parse(data));
      };
      opened.addEventListener('features', hear);
      // To keys for remote evaluation, without a rule.
      opened.addEventListener('features-updated', hear);
      // Browsers come back by themselves after a broken connection, but not after an error answer.
      opened.onerror = () => {
        if (opened.readyState !== EventSource.CLOSED) return;
        self.pause();
        reopen = setTimeout(self.stream, backoff(++failures));
      };
    },
    pause() {
      clearTimeout(reopen);
      source?.close();
      source = undefined;
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
      self.pause();
    },
  };
  return self;
}
