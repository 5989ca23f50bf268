import {kFirstRetryMilliseconds, kLastRetryMilliseconds} from './limits';

/** How long to wait after that many failures in a row: doubled each time, and jittered so that pages do not come back together. */
export function backoff(failures: number, retryAfter?: string | null): number {
  const limit = Math.min(kLastRetryMilliseconds, kFirstRetryMilliseconds * 2 ** (failures - 1));
  const asked = retryAfter ? (Number(retryAfter) * 1_000 || Date.parse(retryAfter) - Date.now() || 0) : 0;
  return Math.max(limit * (0.5 + Math.random() / 2), Math.min(asked, kLastRetryMilliseconds));
}
