// A page of React components that use flags, bundled as a site would.
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';

const kSdk = fileURLToPath(new URL('../../sdk/js', import.meta.url));
const {build} = createRequire(`${kSdk}/package.json`)('esbuild');

const kComponents = `
import {createElement as h, StrictMode, useState} from 'react';
import {createRoot} from 'react-dom/client';
import {ConvergeProvider, useFlag} from './dist/react/index.js';

const Search = () => h('p', {id: 'ranking'}, useFlag('search', {ranking: 'the fallback'}).ranking);
const Banner = () => h('p', {id: 'banner'}, String(useFlag('banner', false)));

function Shop() {
  const [more, setMore] = useState(false);
  return h('div', null, h(Search), h(Search), more && h(Banner), h('button', {id: 'more', onClick: () => setMore(true)}, 'more'));
}

export const show = (client, element) =>
  createRoot(element).render(h(StrictMode, null, h(ConvergeProvider, {client}, h(Shop))));
`;

export async function reactPage() {
  const {outputFiles} = await build({
    stdin: {contents: kComponents, resolveDir: kSdk},
    bundle: true,
    format: 'esm',
    // Strict mode renders twice and mounts twice in development only.
    define: {'process.env.NODE_ENV': '"development"'},
    write: false,
  });
  return outputFiles[0].text;
}
