import {readJson, type BrowserStorage} from './browser_storage';
import type {Membership} from './evaluate';
import {kRememberedExposures} from './limits';

const kName = 'exposed';

/** Which exposures were sent: each unit meets each variant of each phase once, also after a reload. */
export function rememberedExposures(storage: BrowserStorage, clientKey: string) {
  let seen: string[] = [];
  const keep = () => {
    seen = seen.slice(-kRememberedExposures);
    storage.write(kName, JSON.stringify(seen));
  };
  // Under another client key there is another server behind the address, which knows none of them.
  const keyOf = ({experiment, variant, phase, attribute, unit, source}: Membership) =>
    [experiment, variant, phase, attribute, unit, source, clientKey].join('\n');
  const self = {
    isNew(membership: Membership): boolean {
      const key = keyOf(membership);
      if (!seen.includes(key)) self.restore();  // perhaps another tab has sent it
      return !seen.includes(key);
    },
    remember(membership: Membership) {
      seen.push(keyOf(membership));
      keep();
    },
    /** The server took none of this experiment: the next use tries again. */
    forget(experiment: string) {
      seen = seen.filter((key) => !key.startsWith(`${experiment}\n`));
      keep();
    },
    restore() {
      seen = [...new Set([...readJson<string[]>(storage, kName, []), ...seen])];
    },
    write: keep,
    clear() {
      seen = [];
    },
  };
  return self;
}
