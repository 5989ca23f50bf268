// What a page loads for each web SDK: the imports that its documentation begins with, bundled and minified by esbuild, gzip -9.
// React itself is not counted. Prints a Markdown table; docs/reference/web-sdk.md has the last one.
//   node measure.mjs            (after `make web`; `make web-sizes` does both)
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

import {build} from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = fileURLToPath(new URL('../../sdk/js/dist/', import.meta.url));
const has = (entry) => existsSync(`${dist}${entry}`);

const kCore = `export {createClient, hideUntil} from '${dist}index.js';`;
const kCx = `${kCore} export * from '${dist}cx/index.js';`;
const kReact = `export * from '${dist}react/index.js';`;

// [what, packages whose versions are told, what a page imports]
const kRows = [
  ['**Converge**', [], kCore],
  ...(has('cx/index.js') ? [['**Converge with the CX pack**', [], kCx]] : []),
  ['**Converge with its React binding**', [], `${kCore} ${kReact}`],
  ['GrowthBook', ['@growthbook/growthbook'], `export {GrowthBook} from '@growthbook/growthbook';`],
  ['GrowthBook with its tracking plugins', ['@growthbook/growthbook'], `export {GrowthBook} from '@growthbook/growthbook';
    export {autoAttributesPlugin, growthbookTrackingPlugin} from '@growthbook/growthbook/plugins';`],
  ['GrowthBook with its React binding', ['@growthbook/growthbook-react'],
    `export {GrowthBook, GrowthBookProvider, useFeatureValue} from '@growthbook/growthbook-react';`],
  ['OpenFeature with OFREP', ['@openfeature/web-sdk', '@openfeature/ofrep-web-provider'], `export {OpenFeature} from '@openfeature/web-sdk';
    export {OFREPWebProvider} from '@openfeature/ofrep-web-provider';`],
  ['Unleash', ['unleash-proxy-client'], `export {UnleashClient} from 'unleash-proxy-client';`],
  ['Statsig', ['@statsig/js-client'], `export {StatsigClient} from '@statsig/js-client';`],
  ['LaunchDarkly', ['launchdarkly-js-client-sdk'], `export {initialize} from 'launchdarkly-js-client-sdk';`],
  ['Amplitude Experiment', ['@amplitude/experiment-js-client'], `export {Experiment} from '@amplitude/experiment-js-client';`],
  ['Split', ['@splitsoftware/splitio-browserjs'], `export {SplitFactory} from '@splitsoftware/splitio-browserjs';`],
  ['Flagsmith', ['flagsmith'], `export {default} from 'flagsmith';`],
  ['Optimizely', ['@optimizely/optimizely-sdk'], `export {createInstance, createPollingProjectConfigManager, createBatchEventProcessor}
    from '@optimizely/optimizely-sdk';`],
  ['PostHog lite', ['posthog-js-lite'], `export {default} from 'posthog-js-lite';`],
  ['PostHog', ['posthog-js'], `export {default} from 'posthog-js';`],
];

const versionOf = (name) => JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, 'utf8')).version;

async function measure(contents) {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir: here},
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    external: ['react', 'react-dom'],
    define: {'process.env.NODE_ENV': '"production"'},
    write: false,
    logLevel: 'error',
  });
  const {contents: bytes} = outputFiles[0];
  return {minified: bytes.length, gzip: gzipSync(bytes, {level: 9}).length};
}

const rows = [];
for (const [what, packages, contents] of kRows) {
  const versions = packages.map((name) => `\`${name}\` ${versionOf(name)}`).join(', ') || '`@converge/web`';
  rows.push({what, versions, ...await measure(contents)});
}
const count = (bytes) => bytes.toLocaleString('en-GB');
console.log('| SDK | package | minified, bytes | gzip, bytes |\n|---|---|---:|---:|');
for (const {what, versions, minified, gzip} of rows) console.log(`| ${what} | ${versions} | ${count(minified)} | ${count(gzip)} |`);
