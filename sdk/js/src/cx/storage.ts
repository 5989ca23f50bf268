type Area = 'localStorage' | 'sessionStorage';

/** Storage that is forbidden, or holds what is not JSON, holds nothing. */
export function stored(area: Area, key: string): any {
  try {
    return JSON.parse(window[area].getItem(key)!);
  } catch {
    return null;
  }
}

/** Storage that is full or forbidden forgets. */
export function store(area: Area, key: string, value: unknown): void {
  try {
    window[area].setItem(key, JSON.stringify(value));
  } catch {
    // As said above.
  }
}
