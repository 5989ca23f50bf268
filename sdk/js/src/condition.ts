// The language of conditions, verdict for verdict as the server and GrowthBook's SDKs read it. Its coercions are part of it.
import type {Condition, Json, SavedGroups} from './payload';

type Operator = (actual: Json, expected: Json, groups: SavedGroups) => boolean;

const isArray = Array.isArray;
const isObject = (value: Json) => value !== null && typeof value === 'object';
const lower = (value: Json) => typeof value === 'string' ? value.toLowerCase() : value;
const has = (object: object, key: string) => Object.prototype.hasOwnProperty.call(object, key);

function atPath(attributes: Json, path: string): Json {
  let value = attributes;
  for (const step of path.split('.')) {
    if (!isObject(value) || !has(value, step)) return null;
    value = value[step];
  }
  return value ?? null;
}

function versionKey(version: Json): string {
  const text = typeof version === 'number' ? `${version}` : version;
  const parts = (typeof text === 'string' && text ? text : '0').replace(/^v|\+.*$/g, '').split(/[-.]/);
  if (parts.length === 3) parts.push('~');
  return parts.map((part) => /^\d+$/.test(part) ? part.padStart(5) : part).join('-');
}

/** null where `list` is no list, so that its negation is no verdict either. */
function isIn(actual: Json, list: Json, fold = (value: Json) => value): boolean | null {
  if (!isArray(list)) return null;
  const folded = list.map(fold);
  return isArray(actual) ? actual.some((item) => folded.includes(fold(item))) : folded.includes(fold(actual));
}

function membersOf(group: Json): Json {
  if (!group) return [];
  return group.type === 'list' ? group.values : group;
}

function hasAll(actual: Json, expected: Json, groups: SavedGroups, fold = (value: Json) => value): boolean {
  return isArray(actual) && isArray(expected) &&
    expected.every((want) => actual.some((item) => valueHolds(fold(want), typeof want === 'string' ? fold(item) : item, groups)));
}

function matches(actual: Json, pattern: Json, flags?: string): boolean {
  try {
    return new RegExp(pattern, flags).test(`${actual}`);
  } catch {
    return false;
  }
}

// No calls in here: bundlers drop what is not used only if making it does nothing.
const kOperators: Record<string, Operator> = {
  $eq: (a, e) => a === e,
  $ne: (a, e) => a !== e,
  $lt: (a, e) => a < e,
  $lte: (a, e) => a <= e,
  $gt: (a, e) => a > e,
  $gte: (a, e) => a >= e,
  $veq: (a, e) => versionKey(a) === versionKey(e),
  $vne: (a, e) => versionKey(a) !== versionKey(e),
  $vlt: (a, e) => versionKey(a) < versionKey(e),
  $vlte: (a, e) => versionKey(a) <= versionKey(e),
  $vgt: (a, e) => versionKey(a) > versionKey(e),
  $vgte: (a, e) => versionKey(a) >= versionKey(e),
  $in: (a, e) => isIn(a, e) === true,
  $nin: (a, e) => isIn(a, e) === false,
  $ini: (a, e) => isIn(a, e, lower) === true,
  $nini: (a, e) => isIn(a, e, lower) === false,
  $inGroup: (a, e, groups) => isIn(a, membersOf(groups[e])) === true,
  $notInGroup: (a, e, groups) => isIn(a, membersOf(groups[e])) === false,
  $all: (a, e, groups) => hasAll(a, e, groups),
  $alli: (a, e, groups) => hasAll(a, e, groups, lower),
  $elemMatch: (a, e, groups) =>
    isArray(a) && a.some((item) => item !== null && (isOperators(e) ? valueHolds(e, item, groups) : holds(e, item, groups))),
  $size: (a, e, groups) => isArray(a) && valueHolds(e, a.length, groups),
  $exists: (a, e) => (a !== null) === !!e,
  $type: (a, e) => (a === null ? 'null' : isArray(a) ? 'array' : typeof a) === e,
  $not: (a, e, groups) => !valueHolds(e, a, groups),
  $regex: (a, e) => matches(a, e),
  $regexi: (a, e) => matches(a, e, 'i'),
};

function isOperators(value: Json): boolean {
  const keys = isObject(value) && !isArray(value) ? Object.keys(value) : [];
  return keys.length > 0 && keys.every((key) => key[0] === '$');
}

function valueHolds(want: Json, actual: Json, groups: SavedGroups): boolean {
  if (isOperators(want)) {
    return Object.keys(want).every((name) => has(kOperators, name) && kOperators[name]!(actual, want[name], groups));
  }
  switch (typeof want) {
    case 'string': return `${actual}` === want;
    case 'number': return +actual === want;
    case 'boolean': return actual !== null && !!actual === want;
    default: return want === null ? actual === null : JSON.stringify(want) === JSON.stringify(actual);
  }
}

/** A saved group by its id. `open` are those being looked into: a group that leads back to itself holds for nobody. */
function groupHolds({id, attributeKey}: Json, attributes: Json, groups: SavedGroups, open: string[]): boolean {
  const group = groups[id];
  if (!group || open.includes(id)) return false;
  if (group.type === 'condition') return holds(group.condition, attributes, groups, [...open, id]);
  const path = attributeKey ?? group.attributeKey;
  return typeof path === 'string' && isIn(atPath(attributes, path), membersOf(group)) === true;
}

export function holds(condition: Condition | null | undefined, attributes: Json, groups: SavedGroups, open: string[] = []): boolean {
  const all = (conditions: Condition[]) => conditions.every((each) => holds(each, attributes, groups, open));
  const any = (conditions: Condition[]) => !conditions.length || conditions.some((each) => holds(each, attributes, groups, open));
  return Object.entries(condition ?? {}).every(([key, want]) => {
    switch (key) {
      case '$and': return all(want);
      case '$or': return any(want);
      case '$nor': return !any(want);
      case '$not': return !all([want]);
      case '$savedGroup': return groupHolds(want, attributes, groups, open);
      default: return valueHolds(want, atPath(attributes, key), groups);
    }
  });
}
