import 'reflect-metadata';
import type { KeyKind } from '@guidon/protocol';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Access, RefusedAttempts } from './access/index.js';
import { appModule } from './app.module.js';
import { LIVE_CATALOG, type LiveCatalog } from './catalog/index.js';
import { HealthFactsReader } from './health/index.js';
import {
  installAuthentication,
  installCors,
  installKeyLimits,
  installOriginCheck,
  KeyLimits,
  KeyService,
  WrongKeys,
} from './identity/index.js';
import {
  type Clock,
  type Config,
  closeWithDeadline,
  createAdapter,
  createLog,
  DATABASE,
  type Database,
  instanceOf,
  type KernelParts,
  ProblemEncoders,
  ProblemFilter,
  SystemClock,
  traceRequests,
} from './kernel/index.js';

export interface ServerOptions {
  readonly config: Config;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** How long a shutdown lets requests and streams end by themselves. */
  readonly closeDeadlineMs?: number;
  /** Which features there are: the whole server, unless a test wants less. */
  readonly assemble?: (parts: KernelParts) => DynamicModule;
}

export interface RunningServer {
  /** `http://<host>:<port>`, without a slash at the end. */
  readonly url: string;
  /** Keys given or made, in plain text; a kind is absent when another server of the same store made it. */
  readonly keys: { readonly [Kind in KeyKind]?: string };
  readonly catalog: LiveCatalog;
  readonly app: NestFastifyApplication;
  /** Says goodbye to streams, ends requests, closes the database. */
  close(): Promise<void>;
}

const CLOSE_DEADLINE_MS = 5000;

/** Boots the whole server and listens. Throws, with everything closed again, when it cannot. */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { config } = options;
  const log = options.log ?? createLog(config.logLevel);
  const clock = options.clock ?? new SystemClock();
  const encoders = new ProblemEncoders();
  const problems = new ProblemFilter(encoders, log);
  const adapter = createAdapter({ log, problems });
  let started = false;
  const app = await NestFactory.create<NestFastifyApplication>(
    (options.assemble ?? appModule)({ config, clock, log, encoders, problems }),
    adapter,
    { bodyParser: false, logger: nestLogger(log, () => started), abortOnError: false },
  );
  try {
    app.useGlobalFilters(problems);
    const instance = instanceOf(adapter);
    traceRequests(instance);
    const keys = app.get(KeyService);
    const attempts = app.get(RefusedAttempts);
    problems.tell = (problem, request) => attempts.note(problem, request);
    const catalog = app.get<LiveCatalog>(LIVE_CATALOG, { strict: false });
    app
      .get<Database>(DATABASE, { strict: false })
      .state.askWhetherServing(() => catalog.environments().length > 0);
    installCors(instance, keys);
    installAuthentication(instance, keys, new WrongKeys(() => clock.elapsedMs()));
    installOriginCheck(instance);
    const paced = { rates: config.rates, elapsedMs: () => clock.elapsedMs(), random: Math.random };
    installKeyLimits(instance, new KeyLimits(paced));
    closeWithDeadline(instance, { clock, deadlineMs: options.closeDeadlineMs ?? CLOSE_DEADLINE_MS });
    await app.init();
    bindKeysToFirstEnvironment(catalog, keys);
    app.get(Access).follow(() => catalog.snapshot()?.project);
    await app.listen({ port: config.port, host: config.host });
    app.get(HealthFactsReader).markStarted();
    started = true;
    const url = urlOf(app, config.host);
    return {
      ...{ url, catalog, app, close: () => app.close() },
      // With the database away at a first start they are made later.
      get keys() {
        return keys.printable();
      },
    };
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}

/** The project's first environment is known when the catalog is; server and web keys without one are bound to it then. */
function bindKeysToFirstEnvironment(catalog: LiveCatalog, keys: KeyService): void {
  const bind = () => {
    const first = catalog.environments()[0];
    if (first !== undefined) keys.bindTo(first);
  };
  catalog.subscribe(bind);
  bind();
  keys.followProject(() => [...catalog.environments(), ...catalog.removedEnvironments()]);
}

function urlOf(app: NestFastifyApplication, host: string): string {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/**
 * Nest talks a lot at start, which is for debugging; why a boot failed is thrown and told by whoever started it, in one
 * sentence and not in two forms.
 */
function nestLogger(log: Logger, hasStarted: () => boolean): LoggerService {
  const say =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...more: unknown[]) =>
      log[level]({ from: more.at(-1) }, message instanceof Error ? message.message : String(message));
  const [debug, error] = [say('debug'), say('error')];
  return {
    log: debug,
    debug,
    verbose: debug,
    warn: say('warn'),
    error: (message: unknown, ...more: unknown[]) => (hasStarted() ? error : debug)(message, ...more),
  };
}
