// What the web SDK of sdk/js answers, as it is built, with nothing but a host and a client key.
import {createClient} from '../../sdk/js/dist/index.js';

const onProblem = ({code, message}) => {
  throw new Error(`web SDK: ${code}: ${message}`);
};

// In the terms of GrowthBookAnswers, without the bucket.
function answersOf(client, flags) {
  return flags.map((flag) => {
    const {value, variant = null, source} = client.details(flag, null);
    return {flag, value, variation: source === 'experiment' ? variant : null};
  });
}

// Rules are fetched once, and evaluated here.
export class LocalWebSdk {
  static async start(host, clientKey) {
    const sdk = new LocalWebSdk();
    sdk.client = createClient({host, clientKey, consent: 'pending', onProblem});
    await sdk.client.ready;
    return sdk;
  }

  names = [];

  async of(unit, attributes, flags) {
    const gone = Object.fromEntries(this.names.map((name) => [name, undefined]));
    this.names = Object.keys(attributes);
    void this.client.setAttributes({...gone, ...attributes, id: unit});
    return answersOf(this.client, flags);
  }

  stop() {
    this.client.close();
  }
}

// The server evaluates, for one unit per page.
export class RemoteWebSdk {
  constructor(host, clientKey) {
    this.access = {host, clientKey};
  }

  async of(unit, attributes, flags) {
    const client = createClient({
      ...this.access, consent: 'granted', evaluation: 'remote', attributes: {...attributes, id: unit}, onProblem});
    await client.ready;
    const answers = answersOf(client, flags);
    client.close();
    return answers;
  }

  stop() {}
}
