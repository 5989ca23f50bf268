// Unit ids as they occur in the wild. The id of an index is always the same, so a disagreement can be repeated.
import {createHash} from 'node:crypto';

const digest = (index) => createHash('sha256').update(`unit ${index}`).digest('hex');

function uuid(index) {
  const hex = digest(index);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

const kKinds = [
  (index) => `user-${index}`,
  uuid,
  (index) => `first.last+${index}@mail.example`,
  (index) => `${index}-`.padEnd(256, digest(index)),  // the longest that is accepted
  (index) => String(1_000_000_007 + index * 7_919),
  (index) => `größe-日本-😀-${index}`,
];

export function unitId(index) {
  return kKinds[index % kKinds.length](index);
}

const kCountries = ['DE', 'FR', 'AT', 'US', null];
const kBrowsers = ['firefox', 'chrome', 'safari'];

// Independent of the kind of id, so that every kind meets both sides of every condition.
export function attributesOf(index) {
  const mixed = parseInt(digest(index).slice(0, 6), 16);
  const country = kCountries[mixed % kCountries.length];
  return {
    ...(country === null ? {} : {country}),
    browser: kBrowsers[(mixed >> 4) % kBrowsers.length],
    age: 10 + ((mixed >> 8) % 60),
  };
}
