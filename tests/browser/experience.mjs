// A server, a site with the page of cx_page.mjs and a browser, for tests of the CX pack.
import {after} from 'node:test';
import {parseArgs} from 'node:util';

import {ConvergeServe} from '../sdk/converge_serve.mjs';
import {launchChromium} from './chromium.mjs';
import {kExperiencePage} from './cx_page.mjs';
import {storedEvents} from './event_log.mjs';
import {Site} from './site.mjs';

const kPatienceMilliseconds = 30_000;
const kPath = '/experience';

export class Experience {
  static async start(test) {
    const {values: options} = parseArgs({options: Object.fromEntries(['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
    for (const name of ['program', 'definitions']) {
      if (options[name] === undefined) {
        console.error(`${test}: --${name} is missing`);
        process.exit(2);
      }
    }
    const experience = new Experience();
    experience.server = await ConvergeServe.start(options.program, options.definitions);
    experience.site = await Site.start();
    experience.site.files.set(kPath, {type: 'text/html', text: kExperiencePage});
    experience.browser = await launchChromium();
    after(() => experience.stop());
    return experience;
  }

  units = 0;

  // A page of a new visitor in a tab of its own, with a client; `install` runs there with `given`.
  async open(install, given) {
    const page = await (await this.browser.newContext({viewport: {width: 1000, height: 1000}})).newPage();
    page.unit = `visitor-${this.units += 1}`;
    await page.goto(this.site.url.replace(/\/$/, '') + kPath);
    await this.begin(page, install, given);
    return page;
  }

  async begin(page, install, given) {
    await page.waitForFunction(() => window.cx !== undefined);
    await page.evaluate(async (access) => {
      window.client = window.createClient(access);
      await window.client.ready;
    }, {host: `http://127.0.0.1:${this.server.port}`, clientKey: this.server.clientKey, consent: 'granted', attributes: {id: page.unit}});
    await page.evaluate(install, given);
  }

  // The outcomes of that name that the page's visitor has on the server after all that happened until now was sent.
  async sent(page, name) {
    await page.evaluate(() => window.client.flush());
    const found = await this.stored(page.unit, name);
    await page.context().close();
    return found;
  }

  // All of the unit's events without a name.
  async stored(unit, name) {
    const events = await storedEvents(this.server.database);
    return events.filter((event) => event.units.user_id === unit && (event.name === name || name === undefined));
  }

  // Waits until a figure of the arms, added up, is as expected in the results of everyone exposed so far.
  async untilMetric(name, member, expected) {
    const end = Date.now() + kPatienceMilliseconds;
    let found;
    do {
      const results = await this.server.results('experience');
      const arms = results?.metrics.find(({metric, population}) => metric === name && population === 'exposed_so_far')?.arms ?? [];
      found = arms.reduce((sum, arm) => sum + Number(arm[member]), 0);
      if (found === expected) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    } while (Date.now() < end);
    throw new Error(`${name}: ${member} is ${found}, not ${expected}, after ${kPatienceMilliseconds} ms`);
  }

  async stop() {
    await this.browser.close();
    await this.site.stop();
    await this.server.stop();
  }
}
