// Whether commands printed what a page says. `...` stands for anything within a line or within a JSON text; white space between the
// members of JSON does not count, because pages break lines where servers do not.
const kAnything = '...';

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const matches = (expected, found) => new RegExp(`^${expected.split(kAnything).map(escaped).join('.*')}$`).test(found);

function isSame(expected, found) {
  if (typeof expected === 'string' && expected.includes(kAnything)) return matches(expected, String(found));
  if (typeof expected !== 'object' || typeof found !== 'object' || expected === null || found === null) return expected === found;
  if (Array.isArray(expected) !== Array.isArray(found)) return false;
  const [names, theirs] = [Object.keys(expected), Object.keys(found)];
  return names.length === theirs.length && names.every((name) => name in found && isSame(expected[name], found[name]));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const linesOf = (text) => (text.trim() === '' ? [] : text.trimEnd().split('\n').map((line) => line.trimEnd()));

// A terminal shows data and words together: every line of both in the order of each.
function isInterleaved(expected, output, errors) {
  const [printed, said] = [linesOf(output), linesOf(errors)];
  for (const line of linesOf(expected)) {
    const source = [printed, said].find(([next]) => next !== undefined && matches(line, next));
    if (source === undefined) return false;
    source.shift();
  }
  return printed.length === 0 && said.length === 0;
}

// A page may leave out what goes to stderr.
export function isPrinted(expected, output, errors) {
  const [json, theirs] = [parsed(expected), parsed(output)];
  if (json !== undefined && theirs !== undefined) return isSame(json, theirs);
  return isInterleaved(expected, output, '') || isInterleaved(expected, output, errors);
}
