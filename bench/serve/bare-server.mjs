// The yardsticks: what Fastify and node:http do with the same bodies and nothing else. No authentication, no validation,
// no logger; Fastify parses and serialises as it does by default.
import { createServer } from 'node:http';
import { fastify } from 'fastify';

const kinds = { fastify: startFastify, broadcast: startBroadcast };

process.on('message', async (message) => {
  if (message.settings === undefined) return;
  process.send({ port: await kinds[process.argv[2]](message.settings) });
});

process.send('listening for settings');

async function startFastify({ single, bulk, caching, gzip }) {
  const answers = new Map(single.map(([key, text]) => [key, JSON.parse(text)]));
  const all = JSON.parse(bulk);
  const compressed = Buffer.from(gzip, 'base64');
  const app = fastify({ logger: false });
  app.post('/ofrep/v1/evaluate/flags/:key', async (request) => answers.get(request.params.key));
  app.post('/ofrep/v1/evaluate/flags', async () => all);
  app.get('/sdk/v1/ruleset', async (request, reply) => {
    reply.headers(caching);
    if (request.headers['if-none-match'] === caching.etag) return reply.code(304).send();
    return reply.type('application/json').header('content-encoding', 'gzip').send(compressed);
  });
  await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  return app.server.address().port;
}

/** Streams that get whatever is posted to `/broadcast`, each by one `response.write`. */
function startBroadcast() {
  const streams = new Set();
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': hello\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const event = Buffer.concat(chunks);
      for (const stream of streams) stream.write(event);
      response.end('{}');
    });
  });
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => resolve(server.address().port));
  });
}
