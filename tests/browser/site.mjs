// The web site of the tests: pages of another origin than the server of flags, with the SDK as it is built under /sdk/.
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {fileURLToPath} from 'node:url';

const kSdk = fileURLToPath(new URL('../../sdk/js/dist', import.meta.url));
const kPage = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title>
<main id="main">Shop</main>
<script type="module">import * as sdk from '/sdk/index.js'; window.sdk = sdk;</script></html>`;

export class Site {
  // More pages and scripts by path: `{type, text}`.
  files = new Map();

  static async start() {
    const site = new Site();
    site.server = createServer((request, response) => {
      site.answer(new URL(request.url, 'http://site').pathname).then(({type, text}) => {
        response.writeHead(200, {'content-type': type, 'cache-control': 'no-store'}).end(text);
      }, () => response.writeHead(404).end());
    });
    await new Promise((resolve) => site.server.listen(0, '127.0.0.1', resolve));
    site.url = `http://127.0.0.1:${site.server.address().port}/`;
    return site;
  }

  async answer(path) {
    const own = this.files.get(path);
    if (own) return own;
    if (/^\/sdk(\/\w+)+\.js$/.test(path)) return {type: 'text/javascript', text: await readFile(kSdk + path.slice('/sdk'.length))};
    return {type: 'text/html', text: kPage};
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
