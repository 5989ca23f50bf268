/**
 * How an event names an element: the nearest `data-cx`, else tag and id. Never its text or value, which can be personal.
 */
export function nameOf(element: Element): string {
  const named = element.closest('[data-cx]');
  if (named) return named.getAttribute('data-cx')!;
  return element.localName + (element.id && `#${element.id}`);
}

/** The element that was clicked, inside open shadow roots too. */
export function clickedElement(event: Event): Element | undefined {
  const target = event.composedPath()[0];
  return target instanceof Element ? target : undefined;
}

/** Types of an `input` that is a button. */
export const kButtonTypes = '[type=button],[type=submit],[type=reset],[type=image]';
