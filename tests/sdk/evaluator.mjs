// A program that answers `{"op":"feature","key","context"}` lines as `converge eval` does: one `{"result"}` line each.
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

import {answerOf} from './growthbook.mjs';

export class Evaluator {
  constructor(commandLine, payload) {
    const [program, ...rest] = commandLine.split(' ');
    this.payload = payload;
    this.flags = Object.keys(payload.features).sort();
    this.child = spawn(program, rest, {stdio: ['pipe', 'pipe', 'inherit']});
    this.child.stdin.on('error', () => {});  // a program that ends early is noticed at its missing answer
    this.lines = createInterface({input: this.child.stdout})[Symbol.asyncIterator]();
  }

  // As GrowthBookAnswers.of.
  async of(unit, attributes) {
    const {features, savedGroups} = this.payload;
    const context = {attributes: {...attributes, id: unit}, features, savedGroups};
    for (const key of this.flags) {
      this.child.stdin.write(`${JSON.stringify({op: 'feature', key, context})}\n`);
    }
    const answers = [];
    for (const flag of this.flags) {
      const {value: line, done} = await this.lines.next();
      if (done) throw new Error('the evaluator ended before it answered');
      const {result, error} = JSON.parse(line);
      if (result === undefined) throw new Error(`the evaluator refuses ${flag} of ${unit}: ${JSON.stringify(error)}`);
      answers.push(answerOf(flag, result));
    }
    return answers;
  }

  stop() {
    this.child.stdin.end();
  }
}
