import type {Filter, Range} from './payload';

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Where in [0, 1) a unit stands; null for a hash that is not known. */
export function position(seed: string, unit: string, version: number): number | null {
  if (version === 2) return (fnv1a(`${fnv1a(seed + unit)}`) % 10_000) / 10_000;
  return version === 1 ? (fnv1a(unit + seed) % 1_000) / 1_000 : null;
}

export const isInRange = (n: number, [low, high]: Range) => n >= low && n < high;

/** Shares as neighbouring ranges, of which coverage keeps the beginning of each. */
export function rangesOf(count: number, coverage = 1, weights?: number[]): Range[] {
  const covered = Math.min(1, Math.max(0, coverage));
  let shares = weights ?? [];
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length !== count || sum < 0.99 || sum > 1.01) shares = new Array<number>(count).fill(1 / count);
  let at = 0;
  return shares.map((share) => {
    const low = at;
    at += share;
    return [low, low + covered * share];
  });
}

/** The attribute's value as the text that is hashed; null for a unit that is nobody. */
export function unitText(value: unknown): string | null {
  return value ? `${value as string}` : null;
}

export function isFilteredOut({seed, ranges, attribute, hashVersion}: Filter, attributes: Record<string, unknown>): boolean {
  const unit = unitText(attributes[attribute || 'id']);
  const n = unit === null ? null : position(seed, unit, hashVersion || 2);
  return n === null || !ranges.some((range) => isInRange(n, range));
}
