import { expect, it } from '@jest/globals';
import { z } from 'zod';
import type { KnownRoute, RouteDescription } from '../kernel/http/index.js';
import { makeDocument } from './make-document.js';

const answer = { Thing: z.object({ id: z.string(), since: z.iso.datetime().exactOptional() }) };
const described = (description: Partial<RouteDescription>, config: KnownRoute['config'] = {}) => ({
  access: ['admin'] as const,
  ...config,
  description: { name: 'getThing', summary: 'A thing.', answer, ...description },
});
const route = (url: string, config: KnownRoute['config'], method = 'GET'): KnownRoute => ({
  method,
  url,
  config,
});

it('tells of a route what the route says of itself', () => {
  const given = described(
    {
      params: { id: z.string().regex(/^[a-z]+$/) },
      query: z.strictObject({ limit: z.string().optional() }),
      headers: { 'If-Match': z.string() },
      body: { MoveRequest: z.strictObject({ reason: z.string().min(3) }) },
      idempotent: true,
      errors: ['wave-not-found'],
    },
    { action: 'wave.move' },
  );
  const { paths, components } = makeDocument([route('/api/v1/things/:id/move', given, 'POST')]);
  expect(paths['/api/v1/things/{id}/move']?.post).toMatchObject({
    operationId: 'getThing',
    'x-guidon-permission': 'wave.move',
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { pattern: '^[a-z]+$' } },
      { name: 'limit', in: 'query', required: false },
      { name: 'If-Match', in: 'header', required: false },
      { $ref: '#/components/parameters/IdempotencyKey' },
    ],
    requestBody: {
      content: { 'application/json': { schema: { $ref: '#/components/schemas/MoveRequest' } } },
    },
    responses: {
      404: { $ref: '#/components/responses/404.wave-not-found' },
      409: { $ref: '#/components/responses/409.idempotency-conflict' },
    },
  });
  // What is sent is closed, what comes is open.
  expect(components.schemas.MoveRequest).toMatchObject({ additionalProperties: false, required: ['reason'] });
  expect(components.schemas.Thing).toEqual({
    type: 'object',
    properties: { id: { type: 'string' }, since: { type: 'string', format: 'date-time' } },
    required: ['id'],
  });
});

it('says which answers have a tag, and which say when to come back', () => {
  const { paths, components } = makeDocument([
    route('/api/v1/tagged', described({ tagged: true })),
    route('/api/v1/plain', described({})),
  ]);
  const headersOf = (path: string) =>
    (paths[path] as { get: { responses: Record<string, object> } }).get.responses[200];
  expect(headersOf('/api/v1/tagged')).toHaveProperty('headers.ETag');
  expect(headersOf('/api/v1/plain')).not.toHaveProperty('headers');
  const waiting = Object.entries(components.responses as Record<string, object>).filter(
    ([, response]) => 'headers' in response,
  );
  expect(waiting.map(([name]) => name.slice(0, 3))).toEqual(['429', '503']);
});

it('leaves out what has no description and what lies elsewhere', () => {
  const { paths } = makeDocument([
    route('/api/v1/things', described({})),
    route('/api/v1/undescribed', { access: 'public' }),
    route('/livez', described({})),
  ]);
  expect(Object.keys(paths)).toEqual(['/api/v1/things']);
});

it('asks nobody for a key where a route is public, and lists no refusal of one', () => {
  const { paths } = makeDocument([route('/api/v1/things', described({}, { access: 'public' }))]);
  const get = paths['/api/v1/things']?.get;
  expect(get?.security).toEqual([]);
  expect(Object.keys(get?.responses ?? {})).toEqual(['200', '400', '429', '500', '503']);
});

it('refuses two schemas of one name, since one of them would be lost', () => {
  const other = { Thing: z.object({ name: z.string() }) };
  const routes = [route('/api/v1/a', described({})), route('/api/v1/b', described({ answer: other }))];
  expect(() => makeDocument(routes)).toThrow('Two schemas have the name Thing.');
  const sent = route('/api/v1/c', described({ answer: { Other: z.object({}) }, body: other }), 'POST');
  expect(() => makeDocument([routes[0] as KnownRoute, sent])).toThrow('Two schemas have the name Thing.');
});
