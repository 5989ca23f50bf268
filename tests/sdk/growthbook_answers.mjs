// Unit ids on stdin, one a line; what the real GrowthBook client answers on stdout, one JSON object a line.
//   node growthbook_answers.mjs PAYLOAD.json [ATTRIBUTES-AS-JSON] < ids
import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';

import {GrowthBookAnswers} from './growthbook.mjs';

const [payload, attributes = '{}'] = process.argv.slice(2);
if (payload === undefined) {
  console.error('growthbook_answers: a payload file is expected');
  process.exit(2);
}
const client = new GrowthBookAnswers(JSON.parse(readFileSync(payload, 'utf8')));
for await (const unit of createInterface({input: process.stdin})) {
  process.stdout.write(`${JSON.stringify({unit, answers: client.of(unit, JSON.parse(attributes))})}\n`);
}
