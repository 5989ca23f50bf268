import {all, listen} from './listening';
import {kScales, kTexts, type SurveyKind, type SurveyTexts} from './survey_kinds';
import {showSurvey} from './survey_panel';
import {store, stored} from './storage';
import type {Tracker, Uninstall} from './tracker';

export interface SurveyOptions {
  kind: SurveyKind;
  /** Name of the answer's outcome; `_invited`, `_shown` and `_dismissed` are added for the others. */
  event?: string;
  texts?: Partial<SurveyTexts>;
  /** Added to the properties of all its outcomes. */
  properties?: Properties;
  /** Share of visits that are invited. */
  share?: number;
  /** How long to wait before it is shown. */
  delayMs?: number;
  /** A visitor who was asked is not asked again for so long, which local storage remembers. 0: nothing is remembered. */
  quietDays?: number;
  container?: Element;
  onEnd?: () => void;
}

type Properties = Record<string, string | number | boolean>;

const kDayMs = 86_400_000;

/** Whether the visitor may be asked; if so, that is remembered. */
function mayAsk(key: string, quietDays: number): boolean {
  if (!quietDays) return true;
  const isQuiet = Date.now() - stored('localStorage', key) < quietDays * kDayMs;
  if (!isQuiet) store('localStorage', key, Date.now());
  return !isQuiet;
}

/**
 * Invites the visitor to a survey of one question and sends what comes of it: `survey_nps_invited` at once, `survey_nps_shown` when
 * it stands on a visible page, then `survey_nps` with the score or `survey_nps_dismissed` (or csat, ces).
 */
export function offerSurvey(client: Tracker, options: SurveyOptions): Uninstall {
  const {kind, event = `survey_${kind}`, share = 1, delayMs = 0, quietDays = 90, properties = {}, onEnd} = options;
  const {from, to, texts, points} = kScales[kind];
  if (Math.random() >= share || !mayAsk(`converge_${event}`, quietDays)) return () => {};
  client.track(`${event}_invited`, {properties});

  const end = (name: string, outcome: {value?: number; properties: Properties}) => {
    client.track(name, outcome);
    onEnd?.();
  };
  let remove: Uninstall | undefined;
  let isDue = false;
  const showIfVisible = () => {
    if (remove || !isDue || document.visibilityState !== 'visible') return;
    remove = showSurvey({
      container: options.container ?? document.body,
      scores: Array.from({length: to - from + 1}, (_, i) => from + i),
      texts: {...kTexts, ...texts, ...options.texts},
      onAnswer: (score) => end(event, {value: score, properties: {...properties, score, [kind]: points(score)}}),
      onDismiss: () => end(`${event}_dismissed`, {properties}),
    });
    client.track(`${event}_shown`, {properties});
  };
  const timer = setTimeout(() => {
    isDue = true;
    showIfVisible();
  }, delayMs);
  return all([listen(document, 'visibilitychange', showIfVisible), () => clearTimeout(timer), () => remove?.()]);
}
