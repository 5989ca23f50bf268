import {clickedElement, kButtonTypes, nameOf} from './clicked_element';
import {all, listen} from './listening';
import type {Tracker, Uninstall} from './tracker';

export interface DeadClickOptions {
  /** Name of the outcome. */
  event?: string;
  /** How long the page may take to react. */
  limitMs?: number;
  /** Elements, with all inside them, whose clicks do not count. */
  ignore?: string;
}

/** What the browser answers without touching the document: native controls, and sending a form that is not complete. */
const kControls = `form:invalid button:not([type=button]),label,select,option,textarea,video,audio,[contenteditable],input:not(${kButtonTypes})`;
const kInteractive =
  'button,a[href],summary,input,[onclick],[role=button],[role=link],[role=tab],[role=menuitem],[role=option],[role=switch],[role=checkbox]';
const kPendingMax = 20;

function looksInteractive(element: Element): boolean {
  if (element.closest(kControls)) return false;
  return element.closest(kInteractive) != null || getComputedStyle(element).cursor === 'pointer';
}

/** Whether the reaction is outside the page: another tab, a download, a mail program. */
function leadsElsewhere(element: Element): boolean {
  const link = element.closest<HTMLAnchorElement>('a[href]');
  return link != null &&
    (!['', '_self'].includes(link.target) || link.hasAttribute('download') || !/^(?:https?|javascript):$/.test(link.protocol));
}

/**
 * Sends an outcome for a click on something that looks interactive when the document does not change, and nothing is navigated,
 * selected or scrolled, within the limit. Several such clicks on one element within the limit are one.
 */
export function watchDeadClicks(client: Tracker, options: DeadClickOptions = {}): Uninstall {
  const {event = 'dead_click', limitMs = 2500, ignore} = options;
  const pending = new Map<Element, ReturnType<typeof setTimeout>>();
  const changes = new MutationObserver(reacted);
  let hasReacted = false;

  function observe(element: Element) {
    for (const root of [document, element.getRootNode()]) {
      changes.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
    }
    // Tells of a navigation before the next page answers. Only while it is of use: Firefox keeps no page that listens to it.
    addEventListener('beforeunload', reacted);
  }

  function rest() {
    changes.disconnect();
    removeEventListener('beforeunload', reacted);
  }

  function reacted() {
    hasReacted = true;
    pending.forEach((timer) => clearTimeout(timer));
    pending.clear();
    rest();
  }

  function judge(element: Element, address: string) {
    pending.delete(element);
    if (!pending.size) rest();
    if (location.href === address) client.track(event, {properties: {target: nameOf(element)}});
  }

  return all([
    // Menus open when the button goes down, which is before the click.
    listen(document, 'pointerdown keydown', (press: Event) => {
      const element = clickedElement(press);
      hasReacted = false;
      if (element) observe(element);
    }),
    listen(document, 'click', (click: MouseEvent) => {
      const element = clickedElement(click);
      if (hasReacted || !element || !click.isTrusted || pending.has(element) || pending.size >= kPendingMax) return;
      if (!looksInteractive(element) || leadsElsewhere(element) || (ignore && element.closest(ignore))) return;
      observe(element);
      pending.set(element, setTimeout(judge, limitMs, element, location.href));
    }),
    listen(document, 'selectionchange', () => {
      // A click alone moves the caret.
      if (getSelection()?.type === 'Range') reacted();
    }),
    listen(document, 'scroll input change submit play pause fullscreenchange', reacted),
    listen(window, 'popstate hashchange pagehide blur', reacted),
    reacted,
  ]);
}
