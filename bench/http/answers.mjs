// Whether what was measured is right: units of the same population are asked again over HTTP and evaluated by `converge eval`.
import {Agent, request as open} from 'node:http';
import {isDeepStrictEqual} from 'node:util';

import {Evaluator} from '../../tests/sdk/evaluator.mjs';
import {experimentKeys} from '../experiments.mjs';
import {randomUnit} from './requests.mjs';

const kInFlight = 64;
// An engine with another hash must at least split as evenly as chance does, within 5 standard deviations.
const kSplitUnits = 1_000;
const kSplitTolerance = 5 * Math.sqrt(0.25 / kSplitUnits);

export class Answers {
  constructor(program, payload) {
    this.evaluator = new Evaluator(`${program} eval`, payload);
  }

  // What a side answers for a unit, as text.
  text({port, request}, {unit, attributes}, agent) {
    const {body, headers, ...rest} = request(unit, attributes);
    const length = body === undefined ? {} : {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body)};
    return new Promise((resolve, reject) => {
      const sent = open({...rest, port, headers: {...headers, ...length}, agent}, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`${rest.path}: ${answer.statusCode} ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async #ofUnits(side, count) {
    const units = Array.from({length: count}, randomUnit);
    const answers = [];
    // Connections of its own: between two checks servers close idle ones.
    const agent = new Agent({keepAlive: true, maxSockets: kInFlight});
    for (let i = 0; i < count; i += kInFlight) {
      answers.push(...await Promise.all(units.slice(i, i + kInFlight).map((unit) => this.text(side, unit, agent))));
    }
    agent.destroy();
    return units.map((unit, i) => ({...unit, values: side.values(JSON.parse(answers[i]))}));
  }

  // Every answer of a server that hashes as we do equals that of `converge eval`.
  async checkValues(side, count) {
    for (const {unit, attributes, values} of await this.#ofUnits(side, count)) {
      for (const {flag, value} of await this.evaluator.of(unit, attributes)) {
        if (!isDeepStrictEqual(values[flag], value)) {
          throw new Error(`${side.name}: ${flag} of ${unit} is ${values[flag]}, converge eval says ${value}`);
        }
      }
    }
    return count;
  }

  // Every experiment without a condition is split in halves.
  async checkSplit(side, experiments) {
    const answers = await this.#ofUnits(side, kSplitUnits);
    const last = experimentKeys(experiments).at(-1);
    const share = answers.filter(({values}) => values[last] === 1).length / kSplitUnits;
    if (Math.abs(share - 0.5) > kSplitTolerance) throw new Error(`${side.name}: ${share} of the units are in one half of ${last}`);
    return kSplitUnits;
  }

  stop() {
    this.evaluator.stop();
  }
}
