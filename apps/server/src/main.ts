import { explainBootFailure } from './boot-failure.js';
import { CatalogService } from './catalog/index.js';
import { createServer, type RunningServer } from './create-server.js';
import {
  createLog,
  describeProblems,
  loadConfig,
  SystemClock,
  standardOutput,
  startTelemetry,
  type Telemetry,
} from './kernel/index.js';
import { printBanner } from './print-banner.js';

/** A shutdown that takes longer than this is cut: the orchestrator would do it anyway, with less in the log. */
const SHUTDOWN_DEADLINE_MS = 10_000;

/** What `npm start`, which runs us in its own process, asks about. Absent when the start failed. */
export const server: RunningServer | undefined = await main();

async function main(): Promise<RunningServer | undefined> {
  const result = loadConfig(process.env, process.cwd());
  if (!result.ok) return fail(describeProblems(result.problems));
  const { config } = result;
  const clock = new SystemClock();
  const plain = createLog(config.logLevel);
  const telemetry = await startTelemetry({
    env: process.env,
    // Not sent itself: what says that nothing arrives must not try to arrive.
    warn: (sentence) => plain.warn({}, sentence),
    elapsedMs: () => clock.elapsedMs(),
  });
  const log = telemetry === undefined ? plain : createLog(config.logLevel, telemetry.tee(standardOutput()));
  let server: RunningServer;
  try {
    server = await createServer({ config, log, clock });
  } catch (error) {
    return fail(explainBootFailure(error, config));
  }
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected unheard'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop(server, log, telemetry));
  log.info({ url: server.url, role: config.role }, 'listening');
  if (config.banner || process.stdout.isTTY)
    printBanner({
      ...{ server, config, clock },
      syncState: () => server.app.get(CatalogService, { strict: false }).newest().record?.state ?? 'never',
      print: (text) => process.stdout.write(`\n${text}\n`),
    });
  return server;
}

function fail(sentence: string): undefined {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

async function stop(
  server: RunningServer,
  log: ReturnType<typeof createLog>,
  telemetry: Telemetry | undefined,
): Promise<void> {
  log.info({}, 'shutting down');
  const deadline = setTimeout(() => {
    log.error({}, 'the shutdown took too long and was cut');
    process.exit(1);
  }, SHUTDOWN_DEADLINE_MS);
  deadline.unref();
  try {
    await server.close();
    log.info({}, 'bye');
    await telemetry?.close();
    process.exit(0);
  } catch (error) {
    log.error({ err: error }, 'the shutdown failed');
    process.exit(1);
  }
}
