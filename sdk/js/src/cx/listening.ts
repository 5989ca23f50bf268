import type {Uninstall} from './tracker';

type Listener = (event: any) => void;

/** Listens to several events in the capture phase, so that handlers which stop an event hide nothing, and never delays one. */
export function listen(target: EventTarget, names: string, listener: Listener): Uninstall {
  const options = {capture: true, passive: true};
  const all = names.split(' ');
  all.forEach((name) => target.addEventListener(name, listener, options));
  return () => all.forEach((name) => target.removeEventListener(name, listener, options));
}

/**
 * Calls back when the page is hidden, which is the last that a page is sure to hear. On the window, in the capture phase: before
 * the client, which listens on the document, sends what it has.
 */
export function onHide(callback: () => void): Uninstall {
  return listen(window, 'visibilitychange pagehide', (event: Event) => {
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') callback();
  });
}

export function all(uninstalls: Uninstall[]): Uninstall {
  return () => uninstalls.splice(0).forEach((uninstall) => uninstall());
}
