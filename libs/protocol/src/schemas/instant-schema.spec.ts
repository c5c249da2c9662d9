import { expect, it } from '@jest/globals';
import { instantSchema } from './instant-schema.js';

const schema = instantSchema({ error: 'Give an instant.' });

it('takes an instant with an offset, and refuses one whose year in UTC has not four digits', () => {
  for (const good of ['2027-01-31T16:00:00+01:00', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z'])
    expect([good, schema.safeParse(good).success]).toEqual([good, true]);
  for (const bad of ['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01', '2027-01-31', 'soon', ''])
    expect(schema.safeParse(bad).error?.issues.map(({ message }) => message)).toEqual(['Give an instant.']);
});
