import type {SurveyTexts} from './survey_kinds';
import {kSurveyStyle} from './survey_style';
import type {Uninstall} from './tracker';

interface PanelOptions {
  container: Element;
  scores: number[];
  texts: SurveyTexts;
  onAnswer: (score: number) => void;
  onDismiss: () => void;
}

const kThanksMs = 8000;

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name, properties: Partial<HTMLElementTagNameMap[Name]> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** One radio button per score in a labelled group: browsers give it arrow keys, one tab stop and "3 of 11". */
function scoreGroup(scores: number[], {question, lowest, highest}: SurveyTexts): HTMLElement {
  const options = scores.map((score, i) => {
    const radio = make('input', {type: 'radio', name: 'score', value: `${score}`, required: true});
    const meaning = i === 0 ? lowest : i === scores.length - 1 ? highest : '';
    if (meaning) radio.ariaLabel = `${score}, ${meaning}`;
    return make('label', {}, radio, make('span', {}, `${score}`));
  });
  // The radio buttons at the ends say the same.
  const ends = make('div', {ariaHidden: 'true'}, make('span', {}, lowest), make('span', {}, highest));
  return make('fieldset', {}, make('legend', {}, question), make('div', {}, ...options), ends);
}

/**
 * Shows a survey in a region at the end of the page. It takes no focus: a live region says that it is there. Escape inside it
 * closes it, and focus goes back to where it came from. Returns how to take it away.
 */
export function showSurvey({container, scores, texts, onAnswer, onDismiss}: PanelOptions): Uninstall {
  const host = make('div');
  const root = host.attachShadow({mode: 'open'});
  const style = new CSSStyleSheet();
  style.replaceSync(kSurveyStyle);
  root.adoptedStyleSheets = [style];

  const close = make('button', {type: 'button', className: 'close', ariaLabel: texts.close}, '\u00d7');
  const form = make('form', {}, scoreGroup(scores, texts), make('button', {className: 'send'}, texts.send));
  const panel = make('section', {ariaLabel: texts.region}, form, close);
  // The element for results of what a person does; its role is that of a polite live region.
  const status = make('output');
  root.append(panel, status);
  container.append(host);
  // A live region speaks of what changes after it was there.
  let timer = setTimeout(() => (status.textContent = `${texts.announcement} ${texts.question}`), 200);

  let cameFrom: HTMLElement | null = null;
  function remove() {
    clearTimeout(timer);
    const hadFocus = root.activeElement;
    host.remove();
    if (hadFocus) cameFrom?.focus();
  }
  function dismiss() {
    remove();
    if (panel.contains(form)) onDismiss();
  }
  // Seen from the host, focus comes from outside only.
  host.addEventListener('focusin', ({relatedTarget}) => (cameFrom = relatedTarget as HTMLElement | null));
  panel.addEventListener('keydown', ({key}) => key === 'Escape' && dismiss());
  close.addEventListener('click', dismiss);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const score = Number(new FormData(form).get('score'));
    // Focus would fall to the document's start when the button it is on goes away.
    if (root.activeElement) close.focus();
    form.replaceWith(make('p', {}, texts.thanks));
    status.textContent = texts.thanks;
    timer = setTimeout(() => root.activeElement === null && remove(), kThanksMs);
    onAnswer(score);
  });
  return remove;
}
