import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGitRemote, flagFile, projectFile, reportMissing, temporaryFolder } from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { InProcessServer } from './in-process-server.js';

jest.setTimeout(60_000);

const FOLDER = fileURLToPath(new URL('../../../docs/observability/', import.meta.url));
const found = spawnSync('promtool', ['--version']);
if (found.error !== undefined) reportMissing('promtool', 'It comes with Prometheus, and is not on PATH.');
const whereItIs = found.error === undefined ? it : it.skip;

function promtool(
  args: readonly string[],
  input?: string,
): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', input });
  return { status, said: `${stdout}${stderr}` };
}

whereItIs('takes the alert rules', () => {
  const { status, said } = promtool(['check', 'rules', join(FOLDER, 'alerts.yml')]);
  expect(said).toContain('SUCCESS');
  expect(status).toBe(0);
});

whereItIs('takes the configuration that docker-compose.yml mounts', async () => {
  const folder = await mkdtemp(join(await temporaryFolder(), 'prometheus-'));
  const config = readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8');
  // The rules lie elsewhere in the container.
  await writeFile(
    join(folder, 'prometheus.yml'),
    config.replace('/etc/prometheus/guidon-alerts.yml', join(FOLDER, 'alerts.yml')),
  );
  expect(promtool(['check', 'config', join(folder, 'prometheus.yml')])).toMatchObject({ status: 0 });
});

whereItIs('raises an alert where it should, and none where all is well', async () => {
  const folder = await mkdtemp(join(await temporaryFolder(), 'prometheus-'));
  const file = join(folder, 'alerts.test.yml');
  await writeFile(file, JSON.stringify({ rule_files: [join(FOLDER, 'alerts.yml')], tests: [ILL, WELL] }));
  const { status, said } = promtool(['test', 'rules', file]);
  expect(said).toContain('SUCCESS');
  expect(status).toBe(0);
});

whereItIs('finds nothing odd in what a server tells', async () => {
  const files = { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() };
  const remote = await createGitRemote({ files });
  const server = await InProcessServer.start({ gitUrl: remote.url });
  try {
    await server.sync();
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const own = text.split('\n').filter((line) => !/guidon_(process|nodejs)_/.test(line));
    expect(promtool(['check', 'metrics'], `${own.join('\n')}\n`)).toEqual({ status: 0, said: '' });
  } finally {
    await server.close();
  }
});

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly alert: string;
  readonly labels: { readonly [label: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

const SERIES = {
  well: { guidon_in_sync: '1+0x60', guidon_leader: '1+0x60', guidon_database_up: '1+0x60' },
  ill: { guidon_in_sync: '0+0x60', guidon_leader: '0+0x60', guidon_database_up: '0+0x60' },
};

function series(values: { readonly [name: string]: string }) {
  return Object.entries(values).map(([name, text]) => ({ series: name, values: text }));
}

/** At minute 50 nobody leads, the database is away, an SDK serves defaults, and streams report nothing. */
const ILL = {
  interval: '1m',
  input_series: [
    ...series(SERIES.ill),
    {
      series: 'guidon_sdk_defaults_served_total{environment="production",source="server"}',
      values: '0+60x60',
    },
    { series: 'guidon_sdk_evaluations_total{environment="production",source="server"}', values: '0+600x60' },
    { series: 'guidon_streams_open{environment="production"}', values: '7+0x60' },
  ],
  alert_rule_test: [
    raised('GuidonNotInSync'),
    raised('GuidonNoLeader'),
    raised('GuidonDatabaseAway'),
    raised('GuidonDefaultsServed', { environment: 'production' }),
    raised('GuidonSdksSilent', { environment: 'production' }),
    silent('GuidonUnseen'),
  ],
};

const WELL = {
  interval: '1m',
  input_series: [
    ...series(SERIES.well),
    {
      series: 'guidon_sdk_defaults_served_total{environment="production",source="server"}',
      values: '0+1x60',
    },
    { series: 'guidon_sdk_evaluations_total{environment="production",source="server"}', values: '0+600x60' },
    { series: 'guidon_streams_open{environment="production"}', values: '7+0x60' },
    { series: 'guidon_sdk_instances{environment="production",generation="4"}', values: '7+0x60' },
  ],
  alert_rule_test: [
    'GuidonNotInSync',
    'GuidonNoLeader',
    'GuidonDatabaseAway',
    'GuidonDefaultsServed',
    'GuidonSdksSilent',
  ].map(silent),
};

/** With the very words of the rule, its labels put in. */
function raised(alertname: string, labels: { readonly [label: string]: string } = {}) {
  const { groups } = parseYaml(readFileSync(join(FOLDER, 'alerts.yml'), 'utf8')) as RuleFile;
  const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === alertname);
  if (rule === undefined) throw new Error(`There is no alert ${alertname}.`);
  const annotations = Object.entries(rule.annotations).map(([name, text]) => [
    name,
    text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_match, label: string) => labels[label] ?? ''),
  ]);
  const alert = {
    exp_labels: { ...rule.labels, ...labels },
    exp_annotations: Object.fromEntries(annotations),
  };
  return { eval_time: '50m', alertname, exp_alerts: [alert] };
}

function silent(alertname: string) {
  return { eval_time: '50m', alertname, exp_alerts: [] };
}
