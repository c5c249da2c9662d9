import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getLanguageService, type LanguageService, TextDocument } from 'yaml-language-server';
import { runCli } from '../src/run-cli.js';
import { createIo } from './create-io.js';

jest.setTimeout(60_000);

/** The package's own two typings of a document differ by methods that every document has. */
type ServerDocument = Parameters<LanguageService['doHover']>[0];

const SAMPLE = fileURLToPath(new URL('../../../flags', import.meta.url));

/** The language server that editors run, set up with the files that `guidon schema --write` has written. */
function serviceFor(home: string): LanguageService {
  const settings = JSON.parse(readFileSync(join(home, '.vscode', 'settings.json'), 'utf8'));
  const service = getLanguageService({
    schemaRequestService: async (uri: string) => readFileSync(fileURLToPath(uri), 'utf8'),
    workspaceContext: { resolveRelativePath: (path: string, base: string) => new URL(path, base).href },
  } as never);
  service.configure({
    ...{ validate: true, hover: true, completion: true, yamlVersion: '1.2' },
    schemas: Object.entries(settings['yaml.schemas']).map(([path, fileMatch]) => ({
      uri: pathToFileURL(join(home, path)).href,
      fileMatch,
    })),
  } as never);
  return service;
}

describe('in an editor with a YAML language server', () => {
  let home: string;
  let service: LanguageService;
  let opened = 0;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'guidon-editor-'));
    cpSync(SAMPLE, join(home, 'flags'), { recursive: true });
    const io = createIo(['schema', '--write'], { cwd: home });
    expect([await runCli(io), io.written.err]).toEqual([0, '']);
    service = serviceFor(home);
  });
  afterAll(() => rmSync(home, { recursive: true }));

  /** The text with its cursor at `¦`, as a document at a path below the flags folder. */
  function open(path: string, text: string) {
    // The server keeps what it has read by version.
    opened += 1;
    const uri = pathToFileURL(join(home, 'flags', path)).href;
    const document = TextDocument.create(uri, 'yaml', opened, text.replace('¦', ''));
    return {
      document: document as ServerDocument,
      position: document.positionAt(Math.max(0, text.indexOf('¦'))),
    };
  }
  async function hover(path: string, text: string): Promise<string> {
    const { document, position } = open(path, text);
    return JSON.stringify((await service.doHover(document, position))?.contents ?? '');
  }
  async function completion(path: string, text: string): Promise<string[]> {
    const { document, position } = open(path, text);
    return (await service.doComplete(document, position, false)).items.map(({ label }) => label);
  }
  async function problems(path: string, text: string): Promise<string[]> {
    const found = await service.doValidation(open(path, text).document, false);
    return found.map(({ message, range }) => `${range.start.line + 1} ${message}`);
  }

  const FLAG = 'type: release\nowner: checkout\ndescription: A flag\nexpires: 2027-02-01\nsafe: off\n';
  const inProduction = (text: string) => `${FLAG}environments:\n  production:\n${text}`;

  it('finds no fault with any file of the sample shop', async () => {
    const paths = readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.yaml'),
    );
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths)
      expect([path, await problems(path, readFileSync(join(SAMPLE, path), 'utf8'))]).toEqual([path, []]);
  });

  it('marks what is wrong, at its line', async () => {
    const wrong: readonly (readonly [string, string, RegExp])[] = [
      ['a.yaml', `${FLAG}saef: on\n`, /^6 Property saef is not allowed/],
      ['a.yaml', FLAG.replace('release', 'relase'), /^1 Value is not accepted/],
      ['a.yaml', FLAG.replace('owner: checkout\n', ''), /^1 Missing property "owner"/],
      ['a.yaml', FLAG.replace('release', 'ops'), /^1 Missing property "review"/],
      ['a.yaml', FLAG.replace('expires', 'review'), /^1 Missing property "expires"/],
      ['a.yaml', FLAG.replace('2027-02-01', 'soon'), /^4 String does not match/],
      ['a.yaml', `${FLAG}archived: 2026-01-01\n`, /^1 Missing property "serve"/],
      [
        'a.yaml',
        inProduction('    rules:\n      - id: x\n        serve: on\n    serve: off\n'),
        /^9 Missing property "when"/,
      ],
      ['segments/a.yaml', 'owner: a\ndescription: b\n', /^1 Missing property "when"/],
      ['a.test.yaml', 'cases:\n  - name: x\n', /^2 Missing property "expect"/],
      ['guidon.yaml', 'project: a\nenvironments: []\nteams: {}\n', /^2 Array has too few items/],
    ];
    for (const [path, text, first] of wrong)
      expect([text, await problems(path, text)]).toEqual([
        text,
        expect.arrayContaining([expect.stringMatching(first)]),
      ]);
  });

  it('tells on hover what a field is for, also deep inside', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['a.yaml', FLAG.replace('safe', 'sa¦fe'), 'when the flag is killed'],
      ['a.yaml', inProduction('    ser¦ve: off\n'), 'The variant that is served'],
      [
        'a.yaml',
        inProduction(
          '    rules:\n      - id: x\n        per¦cent: 5\n        when: { a: b }\n        serve: on\n    serve: off\n',
        ),
        'the others go on to the next rule',
      ],
      [
        'a.yaml',
        inProduction(
          '    rules:\n      - id: x\n        when: { email: { ends¦With: x } }\n        serve: on\n    serve: off\n',
        ),
        'Text that ends with this',
      ],
      [
        'guidon.yaml',
        'plans:\n  careful:\n    stages:\n      - { id: a, ho¦ld: 1h, percent: 100 }\n',
        'least time in this stage',
      ],
      ['segments/a.yaml', 'whe¦n: { email: x }\n', 'may name segments'],
      [
        'a.test.yaml',
        'cases:\n  - name: x\n    sta¦ge: done\n    expect: { production: on }\n',
        'Left out: it has not begun',
      ],
    ];
    for (const [path, text, part] of cases)
      expect([text, await hover(path, text)]).toEqual([text, expect.stringContaining(part)]);
  });

  it('completes fields, choices, and the names that the project declares', async () => {
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      ['a.yaml', '¦', ['type', 'owner', 'safe', 'a release flag']],
      ['a.yaml', 'type: ¦', ['release', 'experiment', 'ops']],
      ['a.yaml', `${FLAG}waive:\n  ¦`, ['config-shaped', 'percent-jump']],
      ['a.yaml', 'owner: ¦', ['checkout', 'payments', 'search']],
      ['a.yaml', `${FLAG}tags:\n  - ¦`, ['kill-switch', 'payments']],
      ['a.yaml', `${FLAG}environments:\n  ¦`, ['development', 'staging', 'production']],
      ['a.yaml', inProduction('    ¦'), ['rules', 'rollout', 'serve', 'split', 'by']],
      [
        'a.yaml',
        inProduction('    rules:\n      - id: x\n        ¦'),
        ['when', 'percent', 'serve', 'a rule'],
      ],
      [
        'a.yaml',
        inProduction('    rules:\n      - id: x\n        when:\n          ¦'),
        ['any', 'segment', 'store.country', 'appVersion'],
      ],
      [
        'a.yaml',
        inProduction('    rules:\n      - id: x\n        when:\n          email:\n            ¦'),
        ['endsWith', 'ignoreCase', 'exists'],
      ],
      [
        'a.yaml',
        inProduction('    rules:\n      - id: x\n        when:\n          segment: ¦'),
        ['staff', 'partners'],
      ],
      ['a.yaml', inProduction('    rollout:\n      to: on\n      plan: ¦'), ['careful', 'quick']],
      ['guidon.yaml', 'attributes:\n  orders: ¦', ['number', 'semver']],
      ['a.test.yaml', 'cases:\n  - name: x\n    context:\n      ¦', ['targetingKey', 'basketTotal']],
      ['a.test.yaml', 'cases:\n  - name: x\n    expect:\n      ¦', ['production']],
    ];
    for (const [path, text, labels] of cases)
      expect([text, await completion(path, text)]).toEqual([text, expect.arrayContaining([...labels])]);
  });

  it('does not call a name wrong that was declared after the schemas were written', async () => {
    const text = inProduction(
      '    rules:\n      - { id: x, when: { brandNew: 1 }, serve: on }\n    serve: off\n',
    );
    expect(await problems('a.yaml', text.replace('owner: checkout', 'owner: newcomers'))).toEqual([]);
  });
});

describe('guidon schema --write', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-editor-'));
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true });
    mkdirSync(join(cwd, '.vscode'));
    writeFileSync(join(cwd, '.vscode', 'settings.json'), '{ "mine": true }\n');
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  it('leaves settings alone that are there, and says what to add', async () => {
    const io = createIo(['schema', '--write'], { cwd });
    expect(await runCli(io)).toBe(0);
    expect(readFileSync(join(cwd, '.vscode', 'settings.json'), 'utf8')).toBe('{ "mine": true }\n');
    expect(io.written.out).toContain(
      '.vscode/settings.json is there already, so add this to it:\n{\n  "yaml.schemas": {',
    );
    expect(readdirSync(join(cwd, '.guidon', 'schemas')).sort()).toEqual([
      ...['flag', 'project', 'segment', 'test'].map((kind) => `${kind}.schema.json`),
    ]);
  });

  it('prints one schema or all, and refuses what is no kind', async () => {
    const one = createIo(['schema', 'flag'], { cwd });
    expect([await runCli(one), JSON.parse(one.written.out).$id]).toEqual([0, 'urn:guidon:v1:flag']);
    expect(await runCli(createIo(['schema', 'flags'], { cwd }))).toBe(2);
    expect(await runCli(createIo(['schema', 'flag', '--write'], { cwd }))).toBe(2);
  });
});
