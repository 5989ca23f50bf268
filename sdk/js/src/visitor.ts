import type {BrowserStorage} from './browser_storage';
import {kVisitorSeconds} from './limits';
import {randomId} from './random_id';

export interface VisitorOptions {
  /** Where the id stays: `cookie` (servers read it too), `storage` (localStorage) or `none` (one page view). */
  keep?: 'cookie' | 'storage' | 'none';
  /** Name of the cookie or of the entry. */
  name?: string;
  /** Of the cookie, so that subdomains share it. */
  domain?: string;
}

function cookieNamed(name: string): string | undefined {
  return document.cookie.split('; ').find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

function setCookie(name: string, value: string, seconds: number, domain?: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${domain ? `; Domain=${domain}` : ''}${secure}`;
}

/** The id of whoever has not logged in: drawn at once, kept from consent on. */
export function visitorId(storage: BrowserStorage, {keep = 'cookie', name = 'converge_visitor', domain}: VisitorOptions) {
  let id = randomId();
  const isCookie = keep === 'cookie' && typeof document !== 'undefined';
  return {
    id: () => id,
    /** The id that was kept before comes back. Asked for every time, because browsers shorten a cookie's life. */
    keep() {
      id = (isCookie ? cookieNamed(name) : keep === 'storage' && storage.read(name)) || id;
      if (isCookie) setCookie(name, id, kVisitorSeconds, domain);
      else if (keep === 'storage') storage.write(name, id);
    },
    forget() {
      if (isCookie) setCookie(name, '', 0, domain);
      id = randomId();
    },
  };
}
