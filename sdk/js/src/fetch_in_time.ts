import {kAnswerMilliseconds} from './limits';

/** `fetch` that is given up when no answer comes. Never with cookies: nothing is asked about the person but what the body says. */
export async function fetchInTime(url: string, request: RequestInit): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), kAnswerMilliseconds);
  try {
    return await fetch(url, {credentials: 'omit', signal: abort.signal, ...request});
  } finally {
    clearTimeout(timer);
  }
}
