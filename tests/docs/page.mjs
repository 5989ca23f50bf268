// The fenced blocks of a page, in order, with what their info strings say is to be done with them:
//   ```sh                      commands
//   ```sh background           a command that goes on until the page is done: a server
//   ```LANGUAGE path/to/file   that file
//   ```LANGUAGE output         what the commands above it print
//   ```LANGUAGE browser URL    the text that a browser shows there
//   ```LANGUAGE shown          to be read, not followed
import {readFileSync} from 'node:fs';

const kWords = {output: 'output', shown: 'shown', background: 'background', browser: 'browser'};

function kindOf(language, word) {
  if (word === undefined) return language === 'sh' ? 'commands' : null;
  if (word in kWords) return kWords[word];
  return /[./]/.test(word) ? 'file' : null;
}

// Where a block stands, for messages.
export const placeOf = ({page, line}) => `${page}:${line}`;

export function blocksOf(page) {
  const blocks = [];
  let open = null;
  let section = '';
  readFileSync(page, 'utf8').split('\n').forEach((line, index) => {
    if (open !== null) {
      if (line.trim() === '```') open = null;
      else open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
      return;
    }
    const [, indent, info] = /^( *)```(.*)$/.exec(line) ?? [];
    if (line.startsWith('#')) section = line.replace(/^#+ */, '');
    if (info === undefined) return;
    const [language, word, address] = info.trim().split(/ +/);
    open = {page, section, line: index + 1, indent, language, word, address, kind: kindOf(language, word), lines: []};
    blocks.push(open);
  });
  if (open !== null) throw new Error(`${placeOf(open)}: this block does not end`);
  return blocks.map(({lines, ...block}) => ({...block, text: lines.map((line) => `${line}\n`).join('')}));
}

// The blocks of the sections that come before and in the one whose heading begins with `step`.
export function blocksUpToStep(page, step) {
  const blocks = blocksOf(page);
  const last = blocks.findLastIndex(({section}) => section.startsWith(`${step}.`));
  if (last < 0) throw new Error(`${page} has no step ${step}`);
  return blocks.slice(0, last + 1);
}
