import {all, listen, onHide} from './listening';
import type {Tracker, Uninstall} from './tracker';

export interface DwellOptions {
  /** Name of the outcome. */
  event?: string;
}

/**
 * Sends how long the page was visible, in milliseconds, whenever it is hidden: the time since it was last shown. The sum over a
 * visitor's outcomes is the visible time.
 */
export function watchDwell(client: Tracker, {event = 'dwell'}: DwellOptions = {}): Uninstall {
  let shownAt: number | undefined;
  const shown = () => {
    if (document.visibilityState === 'visible') shownAt ??= performance.now();
  };
  shown();
  return all([
    listen(window, 'visibilitychange pageshow', shown),
    onHide(() => {
      if (shownAt === undefined) return;
      const value = Math.round(performance.now() - shownAt);
      shownAt = undefined;
      if (value > 0) client.track(event, {value});
    }),
  ]);
}
