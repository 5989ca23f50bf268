// GrowthBook's client with remote evaluation, which knows of an exposure what the server left for it to tell.
import {configureCache, GrowthBook} from '@growthbook/growthbook';

const kPatienceMilliseconds = 20_000;

configureCache({disableCache: true});

export class GrowthBookRemote {
  constructor(apiHost, clientKey) {
    this.access = {apiHost, clientKey};
  }

  // As GrowthBookAnswers.of, for some flags and without the bucket.
  async of(unit, attributes, flags) {
    const exposures = new Map();
    const client = new GrowthBook({
      ...this.access,
      remoteEval: true,
      attributes: {...attributes, id: unit},
      trackingCallback: (_, {featureId, key}) => exposures.set(featureId, key),
    });
    const {success, error} = await client.init({timeout: kPatienceMilliseconds});
    if (!success) throw error ?? new Error('remote evaluation does not answer');
    const answers = flags.map((flag) => ({flag, value: client.evalFeature(flag).value, variation: exposures.get(flag) ?? null}));
    client.destroy();
    return answers;
  }

  stop() {}
}
