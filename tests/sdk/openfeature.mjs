// What OpenFeature's clients with their stock OFREP providers make of a server: the one for servers, which asks for a flag when it
// is evaluated, and the one for web pages, which asks for all flags when the context changes.
import {OFREPProvider} from '@openfeature/ofrep-provider';
import {OFREPWebProvider} from '@openfeature/ofrep-web-provider';
import {OpenFeature as OnServers} from '@openfeature/server-sdk';
import {OpenFeature as OnPages} from '@openfeature/web-sdk';

// Evaluates by the type of the value that is expected; a value of another type gives this default and an error.
function detailsOf(client, flag, expected, context) {
  switch (typeof expected) {
    case 'boolean': return client.getBooleanDetails(flag, !expected, context);
    case 'number': return client.getNumberDetails(flag, -1, context);
    case 'string': return client.getStringDetails(flag, 'the default of the code', context);
    default: return client.getObjectDetails(flag, {default: 'of the code'}, context);
  }
}

// In the terms of GrowthBookAnswers. An exposure is due exactly when an experiment took the unit.
function answerOf({flagKey, value, variant, flagMetadata: {experiment, exposure}, errorMessage}) {
  const variation = exposure === true && experiment !== undefined ? variant : null;
  return {flag: flagKey, value: errorMessage === undefined ? value : {error: errorMessage}, variation};
}

export class ServerClient {
  static async start(baseUrl, key) {
    await OnServers.setProviderAndWait(new OFREPProvider({baseUrl, headers: [['X-API-Key', key]]}));
    return new ServerClient();
  }

  client = OnServers.getClient();

  // `expected` says which flags, and of which types.
  async of(unit, attributes, expected) {
    const context = {targetingKey: unit, ...attributes};
    return Promise.all(expected.map(async ({flag, value}) => answerOf(await detailsOf(this.client, flag, value, context))));
  }

  stop() {
    return OnServers.close();
  }
}

export class WebClient {
  // How often the server answered with which status.
  statuses = new Map();

  static async start(baseUrl, key) {
    const web = new WebClient();
    const fetchImplementation = async (...request) => {
      const response = await fetch(...request);
      web.statuses.set(response.status, (web.statuses.get(response.status) ?? 0) + 1);
      return response;
    };
    const provider = new OFREPWebProvider({baseUrl, fetchImplementation, headers: [['Authorization', `Bearer ${key}`]]});
    await OnPages.setProviderAndWait(provider);
    web.client = OnPages.getClient();
    return web;
  }

  async of(unit, attributes, expected) {
    await OnPages.setContext({targetingKey: unit, ...attributes});
    return expected.map(({flag, value}) => answerOf(detailsOf(this.client, flag, value)));
  }

  stop() {
    return OnPages.close();
  }
}
