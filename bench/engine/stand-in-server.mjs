/** Just enough of a server for one client to become READY: it sends the ruleset once and is then silent. */
import { createServer } from 'node:http';
import { hashRuleset } from '@guidon/engine/compile';

const HOUR_MS = 3_600_000;

/** @returns the address to give to the client; the server does not keep the process alive. */
export async function serveRuleset(text) {
  const ruleset = JSON.parse(text);
  const stamp = { lineage: 'bench', generation: 1, hash: hashRuleset(ruleset) };
  const kills = { kills: [], revived: [] };
  const tag = `${stamp.lineage}.${stamp.generation}.0`;
  const hello = { lineage: stamp.lineage, windowMs: 1000, heartbeatMs: HOUR_MS, target: tag };
  const body = JSON.stringify({ ...ruleset, ...stamp, kills });
  const server = createServer((request, response) => {
    if (request.url !== '/sdk/v1/stream') {
      response.writeHead(200, { 'content-type': 'application/json', etag: `"${tag}"` });
      response.end(body);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: hello\ndata: ${JSON.stringify(hello)}\n\n`);
    response.write(`id: ${tag}\nevent: ruleset\ndata: ${body}\n\n`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
