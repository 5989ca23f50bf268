// What the real GrowthBook client answers for a unit.
import {GrowthBookClient} from '@growthbook/growthbook';

export class GrowthBookAnswers {
  constructor(payload) {
    this.flags = Object.keys(payload.features).sort();
    this.client = new GrowthBookClient().initSync({payload});
  }

  // One answer per flag, sorted by flag. `variation` and `bucket` are null when no experiment took the unit.
  of(unit, attributes) {
    const user = {attributes: {...attributes, id: unit}};
    return this.flags.map((flag) => answerOf(flag, this.client.evalFeature(flag, user)));
  }
}

// From the client's own result, or the same in JSON.
export function answerOf(flag, result) {
  const experiment = result.experimentResult?.inExperiment ? result.experimentResult : null;
  return {
    flag,
    value: result.value,
    variation: experiment === null ? null : experiment.key,
    bucket: experiment === null ? null : Math.round(experiment.bucket * 10_000),
  };
}
