import {readJson, type BrowserStorage} from './browser_storage';
import type {StickyAssignments} from './evaluate';
import {kStickyDocuments} from './limits';

/** What one unit was given and keeps, as GET /v1/sticky answers it. */
export interface StickyDocument {
  attributeName: string;
  attributeValue: string;
  assignments: Record<string, string>;
}

const kName = 'sticky';

export function stickyAssignments(storage: BrowserStorage, given: StickyDocument[] = []) {
  /** The newest last. */
  let documents = new Map<string, Record<string, string>>();
  const keyOf = (attribute: string, unit: string) => `${attribute}||${unit}`;
  const merge = (key: string, assignments: Record<string, string>) => {
    const merged = {...documents.get(key), ...assignments};
    documents.delete(key);
    documents.set(key, merged);
    for (const oldest of documents.keys()) {
      if (documents.size <= kStickyDocuments) break;
      documents.delete(oldest);
    }
  };
  const write = () => storage.write(kName, JSON.stringify([...documents]));
  for (const {attributeName, attributeValue, assignments} of given) merge(keyOf(attributeName, attributeValue), assignments);

  const self: StickyAssignments & {restore(): void; clear(): void} = {
    of: (attribute, unit) => documents.get(keyOf(attribute, unit)) ?? {},
    keep(attribute, unit, assignment, variant) {
      const key = keyOf(attribute, unit);
      if (documents.get(key)?.[assignment] === variant) return;
      merge(key, {[assignment]: variant});
      write();
    },
    /** What was kept before, below what is known by now. */
    restore() {
      const known = documents;
      documents = new Map();
      for (const [key, assignments] of readJson<[string, Record<string, string>][]>(storage, kName, [])) merge(key, assignments);
      for (const [key, assignments] of known) merge(key, assignments);
      if (documents.size) write();
    },
    clear() {
      documents.clear();
    },
  };
  return self;
}
