// The HTTP side of the peers that are libraries: POST of a JSON object to any path, answered by a function. Nothing else is done per
// request, so that what is measured is the library and node's own server.
import {createServer} from 'node:http';

export function answerPosts(answer) {
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const text = JSON.stringify(await answer(JSON.parse(Buffer.concat(parts))));
      response.writeHead(200, {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text)});
      response.end(text);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
}
