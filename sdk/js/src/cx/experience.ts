import {watchDeadClicks, type DeadClickOptions} from './dead_clicks';
import {watchDwell, type DwellOptions} from './dwell';
import {all} from './listening';
import {watchRageClicks, type RageClickOptions} from './rage_clicks';
import type {Tracker, Uninstall} from './tracker';
import {watchWebVitals, type WebVitalsOptions} from './web_vitals';

export interface ExperienceOptions {
  rageClicks?: RageClickOptions;
  deadClicks?: DeadClickOptions;
  webVitals?: WebVitalsOptions;
  dwell?: DwellOptions;
}

/** All that needs nothing of the page: rage clicks, dead clicks, web vitals and dwell. */
export function watchExperience(client: Tracker, options: ExperienceOptions = {}): Uninstall {
  return all([
    watchRageClicks(client, options.rageClicks),
    watchDeadClicks(client, options.deadClicks),
    watchWebVitals(client, options.webVitals),
    watchDwell(client, options.dwell),
  ]);
}
