import {interactions, type Interaction} from './interactions';
import {layoutShifts, type LayoutShift} from './layout_shifts';
import {all, onHide} from './listening';
import type {Tracker, Uninstall} from './tracker';

export type VitalName = 'LCP' | 'CLS' | 'INP' | 'TTFB' | 'FCP';

export interface WebVitalsOptions {
  /** Name of the outcomes; the property `metric` tells them apart. */
  event?: string;
}

/** Up to the first a value is good, up to the second it needs improvement. */
const kRatings: Record<VitalName, [number, number]> = {
  LCP: [2500, 4000], CLS: [0.1, 0.25], INP: [200, 500], TTFB: [800, 1800], FCP: [1800, 3000],
};
/** The least that browsers report is 16 ms; shorter than this they call quick. */
const kInteractionMs = 40;

type Entries = (entries: any[]) => void;

const isMeasured = (type: string) => PerformanceObserver.supportedEntryTypes?.includes(type);

/** Calls back with the entries of a type, past ones included; what a browser does not know stays silent. */
function observe(type: string, options: object, callback: Entries): {take: () => void; stop: Uninstall} {
  if (!isMeasured(type)) return {take() {}, stop() {}};
  const observer = new PerformanceObserver((list) => callback(list.getEntries()));
  observer.observe({type, buffered: true, ...options});
  return {take: () => callback(observer.takeRecords()), stop: () => observer.disconnect()};
}

/**
 * Measures largest contentful paint, cumulative layout shift, interaction to next paint, time to first byte and first contentful
 * paint, and sends each once, when the page is first hidden: milliseconds, or the score of the shifts.
 */
export function watchWebVitals(client: Tracker, {event = 'web_vital'}: WebVitalsOptions = {}): Uninstall {
  const found: Partial<Record<VitalName, number>> = {};
  const addShift = layoutShifts();
  const addInteraction = interactions();
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  // A page that was prerendered began for its visitor when it was shown.
  const start = (navigation as {activationStart?: number} | undefined)?.activationStart ?? 0;
  const since = (time: number) => Math.max(0, Math.round(time - start));
  // A page opened in the background paints when it is looked at, which says nothing about its speed.
  const wasVisible = document.visibilityState === 'visible';
  let isSent = false;
  let [lowest, highest] = [Infinity, 0];

  const observers = [
    observe('paint', {}, (entries) => entries.forEach(({name, startTime}) => {
      if (name !== 'first-contentful-paint') return;
      if (wasVisible) found.FCP = since(startTime);
      // Where shifts are measured, none is a figure too.
      if (isMeasured('layout-shift')) found.CLS ??= 0;
    })),
    observe('largest-contentful-paint', {}, (entries) => entries.forEach(({startTime}) => {
      if (wasVisible) found.LCP = since(startTime);
    })),
    observe('layout-shift', {}, (entries) => entries.forEach((shift: LayoutShift) => {
      found.CLS = Math.round(addShift(shift) * 1e4) / 1e4;
    })),
    observe('event', {durationThreshold: kInteractionMs}, (entries) => entries.forEach((entry: Interaction) => {
      if (!entry.interactionId) return;
      // Browsers number interactions in steps of seven.
      lowest = Math.min(lowest, entry.interactionId);
      highest = Math.max(highest, entry.interactionId);
      const total = (performance as {interactionCount?: number}).interactionCount ?? (highest - lowest) / 7 + 1;
      found.INP = Math.round(addInteraction(entry, total));
    })),
  ];

  function report() {
    if (isSent) return;
    isSent = true;
    observers.forEach(({take}) => take());
    if (navigation && navigation.responseStart > 0) found.TTFB = since(navigation.responseStart);
    for (const [metric, value] of Object.entries(found)) {
      const [good, poor] = kRatings[metric as VitalName];
      const rating = value <= good ? 'good' : value <= poor ? 'needs-improvement' : 'poor';
      client.track(event, {value, properties: {metric, rating}});
    }
  }
  return all([onHide(report), ...observers.map(({stop}) => stop)]);
}
