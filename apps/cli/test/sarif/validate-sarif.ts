import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const PATH = new URL('./sarif-2.1.0-rtm.5.json', import.meta.url);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What the official schema says against a SARIF log; nothing when it is valid. */
export function whyInvalidSarif(log: unknown): string[] {
  // The schema is of draft 4, of whose own words it uses only `id`, at the top.
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(PATH, 'utf8'));
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  ajv.addFormat('uri', (text) => /^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text));
  ajv.addFormat('uri-reference', (text) => !/[\s\\]/.test(text) && URL.canParse(text, 'file:///a/'));
  ajv.addFormat('date-time', INSTANT);
  const validate = ajv.compile(schema);
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
