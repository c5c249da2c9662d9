import { expect, it } from '@jest/globals';
import { addressOf } from './operations.js';

it('fills in the parts of a path, however odd they are, and leaves out what was not asked', () => {
  const params = { key: 'a/b ü?' };
  expect(addressOf('/api/v1/flags/{key}/explain', { params })).toBe(
    '/api/v1/flags/a%2Fb%20%C3%BC%3F/explain',
  );
  const query = { text: 'a&b=c', since: '2027-01-31T16:00:00+01:00', until: undefined };
  expect(addressOf('/api/v1/audit', { query })).toBe(
    '/api/v1/audit?text=a%26b%3Dc&since=2027-01-31T16%3A00%3A00%2B01%3A00',
  );
  expect(addressOf('/api/v1/flags', {})).toBe('/api/v1/flags');
});
