// What stays in the browser. Nothing is read or written while the store is closed, which it is until there is consent.

/** Where browsers have none (private windows, blocked cookies, servers) nothing stays. */
function localStorageOrNone(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export interface BrowserStorage {
  open(): void;
  /** Takes back all that was kept, and closes. */
  clear(): void;
  read(name: string): string | null;
  /** false: it is not kept. */
  write(name: string, text: string): boolean;
  remove(name: string): void;
  /** Names that begin so, sorted. */
  names(start: string): string[];
}

export function browserStorage(prefix: string): BrowserStorage {
  let storage: Storage | undefined;
  const self: BrowserStorage = {
    open() {
      storage = localStorageOrNone();
    },
    clear() {
      self.open();
      self.names('').forEach(self.remove);
      storage = undefined;
    },
    read: (name) => storage?.getItem(prefix + name) ?? null,
    write(name, text) {
      try {
        storage?.setItem(prefix + name, text);
        return !!storage;
      } catch {
        return false;  // full
      }
    },
    remove: (name) => storage?.removeItem(prefix + name),
    names: (start) => Object.keys(storage ?? {})
      .filter((name) => name.startsWith(prefix + start)).map((name) => name.slice(prefix.length)).sort(),
  };
  return self;
}

/** JSON that was written before, or the fallback where there is none or someone else's. */
export function readJson<T>(storage: BrowserStorage, name: string, fallback: T): T {
  try {
    return JSON.parse(storage.read(name) ?? '') as T;
  } catch {
    return fallback;
  }
}
