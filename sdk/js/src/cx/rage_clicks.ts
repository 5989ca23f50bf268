import {clickBursts, type BurstLimits} from './click_burst';
import {clickedElement, kButtonTypes, nameOf} from './clicked_element';
import {listen} from './listening';
import type {Tracker, Uninstall} from './tracker';

export interface RageClickOptions extends Partial<BurstLimits> {
  /** Name of the outcome. */
  event?: string;
  /** Elements, with all inside them, whose clicks do not count; added to text inputs and steppers. */
  ignore?: string;
}

/** Where people click often without anger: to place a caret or to select a word. */
const kTextInputs =
  `textarea,select,[contenteditable],[role=textbox],[role=searchbox],input:not(${kButtonTypes},[type=checkbox],[type=radio],[type=color],[type=file])`;
const kSteppers = '[data-cx-stepper],[role=spinbutton],[role=slider]';
const kStepWords =
  /^(?:[-+\u2010-\u2015\u2212\uff0b\u2795\u2796\u25b2\u25b4\u25bc\u25be]1?|plus|minus|(?:(?:in|de)cre(?:ase|ment)|(?:add|remove) one|one (?:more|less))\b.*)$/i;

function isStepButton(element: Element): boolean {
  const button = element.closest('button,[role=button],a,input[type=button]');
  if (!button) return false;
  const names = [button.textContent, ...['aria-label', 'title', 'value'].map((name) => button.getAttribute(name))];
  return names.some((name) => name && kStepWords.test(name.trim())) ||
    [button.previousElementSibling, button.nextElementSibling].some((beside) => beside?.matches('input[type=number],[role=spinbutton]'));
}

/** Sends an outcome for every burst of clicks on one spot: 3 within 1,000 ms and 30 px, unless the options say otherwise. */
export function watchRageClicks(client: Tracker, options: RageClickOptions = {}): Uninstall {
  const {clicks = 3, windowMs = 1000, radiusPx = 30, event = 'rage_click', ignore} = options;
  const ignored = `${kTextInputs},${kSteppers}${ignore ? `,${ignore}` : ''}`;
  const completesBurst = clickBursts({clicks, windowMs, radiusPx});
  let last: {element: Element | undefined, at: number} | undefined;
  return listen(document, 'click', (click: MouseEvent) => {
    const element = clickedElement(click);
    const {detail, isTrusted, clientX: x, clientY: y, timeStamp: at} = click;
    // A click by keyboard has no count and one by a script no place.
    if (!detail && (isTrusted || !(x || y))) return;
    // What a label passes on has the label's time, but so may the next click have: browsers blur their clocks, some by 100 ms.
    const isPassedOn = element != null && at === last?.at && last.element?.closest('label')?.control === element;
    last = {element, at};
    if (isPassedOn) return;
    if (!element || element.closest(ignored) || isStepButton(element)) return;
    if (completesBurst({x, y, at})) client.track(event, {properties: {target: nameOf(element)}});
  });
}
