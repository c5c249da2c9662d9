import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import { type LoadInput, type LoadResult, load, positionAt } from '../load/index.js';
import type { Evaluation, EvaluationContext, Flag, Snapshot, SourceFile } from '../model/index.js';
import { resolve } from '../resolve/index.js';

/** The day on which the language's tests take place. */
export const NOW_MS = Date.UTC(2026, 10, 23, 12);

export const PROJECT = `project: shop
timezone: Europe/Oslo
environments:
  - id: development
  - id: production
    protected: true
    waves: [{ percent: 1, hold: 60s }]
attributes:
  accountId: string
  appVersion: semver
  clientIp: ip
  employee: boolean
  email: string
  orders: number
  platform: [ios, android, web]
  segment: [gold, silver]
  signedUpAt: date
  skus: string
  store.country: [DK, NO, SE]
tags: [checkout]
teams:
  payments: { members: [ada@acme.example], contact: "#payments" }
  releases: { members: [gus@acme.example] }
plans:
  careful:
    stages:
      - { id: staff, audience: { segment: staff }, hold: 15m }
      - { id: few, percent: 5, hold: 1h }
      - { id: tenth, percent: 10, hold: 1h, prove: { guard: errors, ratioBelow: 3, within: 24h } }
      - { id: half, percent: 50, hold: 1h, approval: releases }
      - { id: full, percent: 100, hold: 24h }
    guards:
      - { id: errors, type: ratio, outcome: http.error, onAlarm: rollback }
    holdout: 1
`;

export const STAFF = `owner: payments
description: People who work here
when: { email: { endsWith: "@acme.example", ignoreCase: true } }
`;

/** A release flag with the obligatory fields; `more` is YAML that follows them. */
export function release(more = ''): string {
  return `type: release\nowner: payments\ndescription: A flag\nexpires: 2027-02-01\nsafe: off\n${more}`;
}

export type Texts = { readonly [path: string]: string };

export function sourceFile(path: string, text: string): SourceFile {
  const bytes = new Uint8Array(
    [...unescape(encodeURIComponent(text))].map((character) => character.charCodeAt(0)),
  );
  return { path, blob: `blob of ${text}`, bytes };
}

/** A project with a staff segment and the files given; a path with empty text leaves a standard file out. */
export function sourceFiles(texts: Texts): SourceFile[] {
  const all = { 'guidon.yaml': PROJECT, 'segments/staff.yaml': STAFF, ...texts };
  return Object.entries(all).flatMap(([path, text]) => (text === '' ? [] : [sourceFile(path, text)]));
}

export interface Scenario {
  readonly result: LoadResult;
  readonly snapshot: Snapshot;
  /** `path code` of every error. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  flag(key: string): Flag;
  ask(key: string, environment: string, question?: Question): Evaluation;
  variant(key: string, environment: string, question?: Question): string | undefined;
}

export interface Question {
  readonly context?: EvaluationContext;
  readonly stage?: string;
  readonly now?: string;
  readonly killed?: readonly string[];
}

export function scenario(texts: Texts, more: Partial<LoadInput> = {}): Scenario {
  const result = load({ files: sourceFiles(texts), nowMs: NOW_MS, ...more });
  const snapshot = result.snapshot as Snapshot;
  const byLevel = (severity: string) =>
    result.findings
      .filter((finding) => finding.severity === severity)
      .map(({ path, code }) => `${path} ${code}`);
  const ask: Scenario['ask'] = (key, environment, question = {}) => {
    const position = positionAt(snapshot.flags.get(key) as Flag, environment, question.stage);
    const ruleset = resolve(snapshot, position === undefined ? [] : [position], environment, 'r1');
    const view = compile(ruleset, { generation: 1, killed: new Set(question.killed) });
    const nowMs = question.now === undefined ? NOW_MS : Date.parse(question.now);
    return evaluate(view, key, question.context ?? {}, nowMs);
  };
  return {
    result,
    snapshot,
    errors: byLevel('error'),
    warnings: byLevel('warning'),
    flag: (key) => snapshot.flags.get(key) as Flag,
    ask,
    variant: (key, environment, question) => ask(key, environment, question).variant,
  };
}

/** What happens to a second revision after a first one went live. */
export function change(before: Texts, after: Texts, more: Partial<LoadInput> = {}): Scenario {
  return scenario(after, { previous: scenario(before).snapshot, ...more });
}

/** The codes of the errors of one flag file `a.yaml`. */
export function codesOf(text: string, more: Texts = {}): string[] {
  const { errors } = scenario({ 'a.yaml': text, ...more });
  return errors.filter((error) => error.startsWith('a.yaml ')).map((error) => error.slice('a.yaml '.length));
}

/** The same for a flag whose environment `development` is the YAML given, two levels deep. */
export function codesOfRule(when: string, more = 'serve: on'): string[] {
  return codesOf(
    release(
      `environments:\n  development:\n    rules:\n      - { id: r, when: ${when}, ${more} }\n    serve: off\n`,
    ),
  );
}

/** Whether a rule with this condition takes the context. */
export function takes(when: string, context: EvaluationContext, question: Question = {}): boolean {
  const text = release(
    `environments:\n  development:\n    rules:\n      - { id: r, when: ${when}, serve: on }\n    serve: off\n`,
  );
  const shop = scenario({ 'a.yaml': text });
  if (shop.errors.length > 0) throw new Error(shop.result.findings.map(({ sentence }) => sentence).join(' '));
  return shop.variant('a', 'development', { ...question, context }) === 'on';
}
