import {all, listen} from './listening';
import {store, stored} from './storage';
import type {Tracker, Uninstall} from './tracker';

export interface CartOptions {
  /** Name of the outcome. */
  event?: string;
  /** So long without a click, key or scroll, and an open cart is abandoned. */
  idleMs?: number;
}

export interface Cart {
  /** Something was put into the cart or changed in it; `value` is what it is worth now. */
  touched(value?: number): void;
  /** The cart was bought, or emptied on purpose. */
  closed(): void;
  uninstall: Uninstall;
}

/** What waits in the session's storage for the shop's next page. */
interface OpenCart {
  activeAt: number;
  outcome: {value?: number};
}

const kStorageKey = 'converge_cart';
/** A page that is left so soon after it began to navigate within the shop is left for the shop's next page. */
const kNavigationMs = 10_000;

/**
 * Sends an outcome when a cart was touched and the visitor leaves the shop, or does nothing for the idle limit, before it was
 * closed: once per cart, with the cart's value and the cause, `leave` or `idle`. A browser without the Navigation API does not
 * tell leaving from going to the shop's next page, so there only the idle limit counts.
 */
export function watchCart(client: Tracker, {event = 'cart_abandoned', idleMs = 1_800_000}: CartOptions = {}): Cart {
  let cart: OpenCart | null = stored('sessionStorage', kStorageKey);
  let navigatesUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function keep() {
    clearTimeout(timer);
    store('sessionStorage', kStorageKey, cart);
    if (cart) timer = setTimeout(checkIdle, cart.activeAt + idleMs - Date.now());
  }

  function change(to: OpenCart | null) {
    cart = to;
    keep();
  }

  function abandon(cause: string) {
    if (!cart) return;
    const {outcome} = cart;
    change(null);
    client.track(event, {...outcome, properties: {cause}});
  }

  function checkIdle() {
    if (cart && !(Date.now() < cart.activeAt + idleMs)) abandon('idle');
    else keep();
  }

  const {navigation} = window as {navigation?: EventTarget};
  const uninstall = all([
    listen(document, 'pointerdown keydown scroll', () => {
      if (cart) cart.activeAt = Date.now();
    }),
    navigation ? listen(navigation, 'navigate navigatesuccess', ({type, destination}) => {
      // Success is told to a page that is still there: the navigation did not leave it.
      const isInside = type === 'navigate' && new URL(destination.url).origin === location.origin;
      navigatesUntil = isInside ? Date.now() + kNavigationMs : 0;
    }) : () => {},
    listen(window, 'pagehide', () => {
      if (navigation && Date.now() >= navigatesUntil) abandon('leave');
      else keep();
    }),
    () => clearTimeout(timer),
  ]);
  checkIdle();
  return {
    touched: (value) => change({activeAt: Date.now(), outcome: value === undefined ? {} : {value}}),
    closed: () => change(null),
    uninstall,
  };
}
