import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { atEndOfFile } from '@guidon/testkit';
import { bundle } from './bundle.js';

/** The policy that the README names: nothing inline, nothing evaluated, and one server to talk to. */
export const policyFor = (url: string) => `default-src 'self'; connect-src ${url}`;

/** Serves the page with its script, style and settings, each as a file of its own, under a strict policy. */
export class PageServer {
  settings: { readonly [name: string]: unknown } = {};
  #server: Server;

  private constructor(script: string) {
    const style = readFileSync(fileURLToPath(new URL('page.css', import.meta.url)));
    this.#server = createServer((request, response) => {
      const send = (type: string, body: string | Buffer) =>
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(body);
      if (request.url === '/page.js') return send('text/javascript', script);
      if (request.url === '/page.css') return send('text/css', style);
      if (request.url === '/favicon.ico') return response.writeHead(204).end();
      response.setHeader('content-security-policy', policyFor(String(this.settings.url)));
      return send('text/html', this.#page());
    });
  }

  static async start(): Promise<PageServer> {
    const { code } = await bundle(fileURLToPath(new URL('page.mjs', import.meta.url)));
    const page = new PageServer(code);
    await new Promise<void>((done) => page.#server.listen(0, '127.0.0.1', done));
    atEndOfFile(() => new Promise((done) => page.#server.close(done).closeAllConnections()));
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A block of data is no script: the policy lets it stand. */
  #page(): string {
    const settings = JSON.stringify(this.settings).replaceAll('<', '\\u003c');
    return `<!doctype html><html lang="en"><title>Shop</title><link rel="stylesheet" href="/page.css">
<script type="application/json" id="settings">${settings}</script><div id="root"></div>
<script type="module" src="/page.js"></script></html>`;
  }
}
