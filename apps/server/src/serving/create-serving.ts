import { createHash } from 'node:crypto';
import { compile, diffRulesets, hashRuleset, withKilled } from '@guidon/engine/compile';
import type { EnvironmentKills, Ruleset, Snapshot } from '@guidon/engine/model';
import { formatTag, type KeyKind } from '@guidon/protocol';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { Registry } from 'prom-client';
import { type LiveCatalog, type LiveChange, type LiveEnvironment, ReachProbe } from '../catalog/index.js';
import type {} from '../identity/index.js';
import { type Clock, SystemClock } from '../kernel/clock/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { DomainError, ProblemEncoders, ProblemFilter } from '../kernel/problem/index.js';
import type { AdmissionLimits } from './admission.js';
import { registerServing } from './register-serving.js';
import { assembleServing, type Serving } from './serving.js';

/** Serving never looks into it. */
const NO_SNAPSHOT = { flags: new Map() } as unknown as Snapshot;

/** The catalog as serving sees it, moved by hand: for tests and benchmarks. */
export class FakeCatalog implements LiveCatalog {
  readonly #live = new Map<string, LiveEnvironment>();
  readonly #listeners = new Set<(change: LiveChange) => void>();

  constructor(public lineage = 'lin0') {}

  environments(): readonly string[] {
    return [...this.#live.keys()];
  }

  removedEnvironments(): readonly string[] {
    return [];
  }

  current(environment: string): LiveEnvironment | undefined {
    return this.#live.get(environment);
  }

  rulesetFor(environment: string): LiveEnvironment | undefined {
    return this.#live.get(environment);
  }

  candidate(): undefined {
    return undefined;
  }

  snapshot(): undefined {
    return undefined;
  }

  snapshots(): readonly Snapshot[] {
    return [];
  }

  subscribe(listener: (change: LiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(ruleset: Ruleset): LiveEnvironment {
    const before = this.#live.get(ruleset.environment);
    const generation = (before?.generation ?? 0) + 1;
    const state = before?.kills ?? { kills: [], revived: [] };
    const live = this.#swap(ruleset, generation, state);
    const nothing = { revision: ruleset.revision, set: {}, delete: [] };
    const patch = before === undefined ? undefined : (diffRulesets(before.ruleset, ruleset) ?? nothing);
    const steps =
      before === undefined || patch === undefined || before.lineage !== live.lineage
        ? []
        : [{ from: before.generation, to: live, patch }];
    this.#tell({ kind: 'ruleset', live, before, steps });
    return live;
  }

  press(environment: string, id: string, flags: readonly string[]): void {
    const { ruleset, generation, kills } = this.#known(environment);
    const added = [{ id, flags }];
    const live = this.#swap(ruleset, generation, { ...kills, kills: [...kills.kills, ...added] });
    this.#tell({ kind: 'kill', live, kills: added });
  }

  revive(environment: string, id: string): void {
    const { ruleset, generation, kills } = this.#known(environment);
    const live = this.#swap(ruleset, generation, { ...kills, revived: [...kills.revived, id] });
    this.#tell({ kind: 'revive', live, revived: [id] });
  }

  #known(environment: string): LiveEnvironment {
    const live = this.#live.get(environment);
    if (live === undefined) throw new Error(`publish a ruleset of "${environment}" first`);
    return live;
  }

  #swap(ruleset: Ruleset, generation: number, kills: EnvironmentKills): LiveEnvironment {
    const standing = kills.kills.filter((kill) => !kills.revived.includes(kill.id));
    const killed = new Set(standing.flatMap((kill) => kill.flags));
    const killDigest = createHash('sha256').update(JSON.stringify(kills)).digest('hex').slice(0, 12);
    const { environment, revision } = ruleset;
    const { lineage } = this;
    const before = this.#live.get(environment);
    const view =
      before?.ruleset === ruleset
        ? withKilled(before.view, killed)
        : compile(ruleset, { generation, killed });
    const live: LiveEnvironment = {
      environment,
      lineage,
      generation,
      revision,
      ruleset,
      content: { hash: '', ruleset },
      snapshot: NO_SNAPSHOT,
      kills,
      killed,
      killDigest,
      view,
      hash: before?.ruleset === ruleset ? before.hash : hashRuleset(ruleset),
      tag: formatTag({ lineage, generation, killDigest }),
    };
    this.#live.set(environment, live);
    return live;
  }

  #tell(change: LiveChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

export interface FakeServing extends Serving {
  readonly fastify: FastifyInstance;
  readonly catalog: FakeCatalog;
  readonly registry: Registry;
  readonly reach: ReachProbe;
}

export interface FakeServingOptions {
  readonly clock?: Clock;
  readonly limits?: AdmissionLimits;
  readonly lineage?: string;
}

/**
 * Serving on a bare Fastify with a catalog moved by hand. Keys are read off the authorization header:
 * `Bearer <server|web|admin>:<environment>`; the declarations of routes are obeyed, deny by default.
 */
export function createServing(options: FakeServingOptions = {}): FakeServing {
  const catalog = new FakeCatalog(options.lineage);
  const registry = new Registry();
  const encoders = new ProblemEncoders();
  const reach = new ReachProbe();
  const problems = new ProblemFilter(encoders, SILENT_LOG);
  const serving = assembleServing({
    catalog,
    clock: options.clock ?? new SystemClock(),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const app = fastify({
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => problems.answer(error, request, reply),
  });
  app.setErrorHandler((error, request, reply) => problems.answer(error, request, reply));
  app.addHook('onRequest', fakeAuthentication(app));
  registerServing(app, { serving, registry, encoders, reach });
  return { ...serving, fastify: app, catalog, registry, reach };
}

function fakeAuthentication(app: FastifyInstance) {
  app.decorateRequest('caller');
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const { access } = request.routeOptions.config;
    if (access === 'public') {
      done();
      return;
    }
    const [, kind, environment] =
      /^Bearer (server|web|admin):(.*)$/.exec(request.headers.authorization ?? '') ?? [];
    if (kind === undefined) done(new DomainError('unauthenticated', { detail: 'Send a key.' }));
    else if (access === undefined || !access.includes(kind as KeyKind))
      done(new DomainError('not-permitted', { detail: 'Send a key of another kind.' }));
    else {
      request.caller = {
        keyId: `${kind}key`,
        kind: kind as KeyKind,
        owner: 'test',
        breakGlass: false,
        ...(environment === undefined ? {} : { environment }),
      };
      done();
    }
  };
}
