import type { RolloutDocument, RolloutEventDocument } from '@guidon/protocol';
import { describe, expect, it } from '@jest/globals';
import { createIo, type FakeIo, type FakeIoOptions } from '../../test/create-io.js';
import { at, ENTERED, rolloutDocument, stagesAt } from '../../test/rollout-documents.js';
import { problem, RolloutServer } from '../../test/rollout-server.js';
import { runCli } from '../run-cli.js';

/** The command line of somebody whose server is this one, over HTTP. */
function cli(server: RolloutServer, args: string, options: FakeIoOptions = {}): FakeIo {
  const words = [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return createIo(['rollouts', ...words], {
    env: { GUIDON_URL: server.url },
    fetch: globalThis.fetch,
    ...options,
  });
}

const STAGING = rolloutDocument({ id: 'staging.new-checkout', environment: 'staging' });
const SEARCH = rolloutDocument({
  ...{ id: 'production.search', flag: 'search', phase: 'paused', killed: true },
  waitingFor: { kind: 'person', act: 'revive' },
});

describe('guidon rollouts', () => {
  it('lists where each stands and what it waits for, and tells all about one', async () => {
    const server = await RolloutServer.start(rolloutDocument(), STAGING, SEARCH);
    const list = cli(server, '--env production');
    expect(await runCli(list)).toBe(0);
    expect(list.written.out).toMatch(/^ {2}search +production +paused, switched off +staff ✔ 1 % ‖ 5 %/m);
    expect(list.written.out).not.toContain('staging');
    const asJson = cli(server, '--json --env staging');
    expect(await runCli(asJson)).toBe(0);
    expect(JSON.parse(asJson.written.out).rollouts).toMatchObject([{ id: 'staging.new-checkout' }]);
    const show = cli(server, 'show new-checkout --env staging');
    expect(await runCli(show)).toBe(0);
    expect(show.written.out).toContain('new-checkout in staging to on: running for 18 min\n');
    expect(show.written.out).toContain('rollouts pause new-checkout --env staging --reason "…"');
  });

  it('needs no environment where there is one rollout, and names them where there are more or none', async () => {
    const server = await RolloutServer.start(rolloutDocument(), STAGING, SEARCH);
    const only = cli(server, 'show search --json');
    expect(await runCli(only)).toBe(0);
    expect(JSON.parse(only.written.out)).toEqual(SEARCH);
    const two = cli(server, 'show new-checkout');
    expect(await runCli(two)).toBe(2);
    expect(two.written.err).toContain('is meant: --env production or --env staging.');
    const elsewhere = cli(server, 'show search --env staging');
    expect(await runCli(elsewhere)).toBe(2);
    expect(elsewhere.written.err).toContain('search has no rollout in staging. It has one in production.');
    const nowhere = cli(server, 'pause nothing --env staging --reason "it is odd"');
    expect(await runCli(nowhere)).toBe(2);
    expect(nowhere.written.err).toContain('nothing has no rollout in staging. `guidon rollouts` lists all');
  });

  it('says of a server without rollouts that it is of an earlier version', async () => {
    const io = createIo(['rollouts'], {
      serve: () =>
        new Response(JSON.stringify(problem(404, 'not-found', 'Nothing here.').body), { status: 404 }),
    });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toContain('This server is of an earlier version, which moves no rollouts.');
  });
});

const GROWN = rolloutDocument({
  ...{ stage: 2, stageId: 'early', percent: 5, version: 43, since: at(0) },
  plan: { ...rolloutDocument().plan, stages: stagesAt(2) },
  reason: "Waits until everybody who should has 'early'.",
  waitingFor: { kind: 'propagation', sentence: '11 of 12 instances have it.' },
});
const GREW: RolloutEventDocument = {
  ...ENTERED,
  ...{ sequence: 43, at: at(0), cause: "Held 'canary' for 30 minutes." },
  from: { phase: 'running', stageId: 'canary' },
  to: { phase: 'running', stageId: 'early' },
};
const DONE: RolloutEventDocument = {
  ...GREW,
  ...{ sequence: 44, transition: 'completed', cause: 'The last hold is over.' },
  from: { phase: 'running', stageId: 'full' },
  to: { phase: 'completed', stageId: 'full' },
};
const WENT_BACK: RolloutEventDocument = {
  ...DONE,
  ...{ transition: 'rolled-back', cause: "Guard 'errors' raised an alarm." },
  to: { phase: 'rolled-back', stageId: 'early' },
  evidence: { errors: { verdict: 'fail', reason: 'Treatment fails 5.2 % (26 of 500).' } },
};

function completed(): RolloutDocument {
  const plan = { ...GROWN.plan, stages: stagesAt(4) };
  return { ...GROWN, phase: 'completed', stage: 4, percent: 100, plan, waitingFor: { kind: 'nothing' } };
}

/** A server on which the rollout grows by a stage and then ends, one step at each look. */
async function livingServer(end: RolloutDocument, event: RolloutEventDocument): Promise<RolloutServer> {
  const server = await RolloutServer.start(rolloutDocument());
  const become = (rollout: RolloutDocument, happened: RolloutEventDocument) => () => {
    server.put(rollout);
    return [happened];
  };
  server.steps.push(become(GROWN, GREW), () => undefined, become(end, event));
  return server;
}

describe('guidon rollouts watch', () => {
  it('prints a line for each change, and ends with 0 when everybody has it', async () => {
    const server = await livingServer(completed(), DONE);
    const io = cli(server, 'watch new-checkout --env production');
    expect(await runCli(io)).toBe(0);
    expect(`\n${io.written.out}`).toBe(`
11:42:00Z  staff → canary, by guidon: Held 'staff' for 15 minutes.
12:00:00Z  new-checkout in production running: staff ✔ 1 % ▶ 5 % · 25 % · 100 %
12:00:00Z  waits for the hold, 18 min of 30 min. Holds 'canary' until 13:12: 18 of 30 minutes done.
12:00:00Z  canary → early, by guidon: Held 'canary' for 30 minutes.
12:00:00Z  new-checkout in production running: staff ✔ 1 % ✔ 5 % ▶ 25 % · 100 %
12:00:00Z  waits for every instance to have it. Waits until everybody who should has 'early'.
12:00:00Z  running → completed, by guidon: The last hold is over.
12:00:00Z  new-checkout in production completed: staff ✔ 1 % ✔ 5 % ✔ 25 % ✔ 100 % ✔
Everybody has it. Merge the proposal in Git, which serves it without a rollout:
  guidon status
`);
    const looks = server.received.map(({ path }) => path).filter((path) => path.includes('/events'));
    expect(looks).toEqual([42, 43, 43].map((after) => `/api/v1/rollouts/events?after=${after}&wait=20`));
  });

  it('ends with 1 when it went back, and says by which guard and on what evidence', async () => {
    const server = await livingServer({ ...GROWN, phase: 'rolled-back' }, WENT_BACK);
    const io = cli(server, 'watch new-checkout');
    expect(await runCli(io)).toBe(1);
    expect(io.written.out).toContain("by guidon: Guard 'errors' raised an alarm.\n");
    expect(io.written.out).toContain('  errors fail: Treatment fails 5.2 % (26 of 500).\n');
    expect(io.written.out).toContain('guidon rollouts restart new-checkout --env production');
  });

  it('draws one picture in place on a terminal, and no line of it is wider', async () => {
    const server = await livingServer(completed(), DONE);
    const io = cli(server, 'watch new-checkout', { screen: { columns: 60, rows: 30 } });
    expect(await runCli(io)).toBe(0);
    const frames = io.written.out.split('\u001b[J');
    // One for each look, and each but the first begins where the one before it began.
    expect(frames).toHaveLength(5);
    const [first = '', second = ''] = frames.slice(1);
    const lines = first.split('\n').filter((_, index, all) => index < all.length - 1);
    expect(first.endsWith(`\u001b[${lines.length}A\r`)).toBe(true);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(first).toContain('████████████░░░░░░░░  60 %  the hold');
    expect(second).toContain('staff ✔ 1 % ✔ 5 % ▶ 25 %');
    expect(server.received.some(({ path }) => path.endsWith('wait=2'))).toBe(true);
  });

  it('waits for a server that went away, says so, and misses nothing that happened meanwhile', async () => {
    const server = await RolloutServer.start(rolloutDocument());
    server.steps.push(
      () => 'away',
      () => {
        server.put(completed());
        return [GREW, DONE];
      },
    );
    const io = cli(server, 'watch new-checkout');
    let nowMs = io.now();
    const world = {
      ...io,
      now: () => nowMs,
      pause: async (durationMs: number) => {
        nowMs += durationMs;
        // Long after the first attempts have failed.
        if (nowMs - io.now() > 8_000 && !(await isUp(server))) await server.startAgain();
      },
    };
    expect(await runCli(world)).toBe(0);
    const [away = '', ...more] = io.written.err.split('\n');
    expect(away).toMatch(
      /^12:00:\d\dZ {2}The server at \S+ cannot be reached \(.*\)\..* It is asked again in \d\.\d s\.$/,
    );
    expect(more.at(-2)).toMatch(/The server is back after \d+ s\.$/);
    expect(io.written.out).toContain('canary → early');
    expect(io.written.out).toContain('running → completed');
  });

  it('tells a wrong address at once, and a server that begins to refuse', async () => {
    const server = await RolloutServer.start(rolloutDocument());
    await server.stop();
    const away = cli(server, 'watch new-checkout --env production');
    expect(await runCli(away)).toBe(1);
    expect(away.written.err).toContain('cannot be reached');
    await server.startAgain();
    server.steps.push(() => {
      server.rollouts.clear();
      return undefined;
    });
    const refused = cli(server, 'watch new-checkout --env production');
    expect(await runCli(refused)).toBe(1);
    expect(refused.written.err).toContain('There is no such rollout.');
  });

  it('prints a line of JSON for everything, errors too', async () => {
    const server = await livingServer(completed(), DONE);
    const io = cli(server, 'watch new-checkout --json');
    expect(await runCli(io)).toBe(0);
    const lines = io.written.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['rollout', 'event', 'rollout', 'event', 'rollout', 'end']);
    expect(lines[1].event.cause).toBe("Held 'canary' for 30 minutes.");
    expect(lines.at(-1)).toMatchObject({ phase: 'completed', exitCode: 0 });
    const wrong = cli(server, 'watch search --json');
    expect(await runCli(wrong)).toBe(2);
    expect(JSON.parse(wrong.written.out.trimEnd())).toMatchObject({
      type: 'error',
      error: { code: 'usage' },
    });
    expect(wrong.written.out.trimEnd()).not.toContain('\n');
  });
});

async function isUp({ url }: RolloutServer): Promise<boolean> {
  return fetch(`${url}/api/v1/rollouts`).then(
    () => true,
    () => false,
  );
}

describe('what people do to a rollout', () => {
  it.each([
    ['pause', 'pause'],
    ['resume', 'resume'],
    ['advance', 'advance'],
    ['rollback', 'roll-back'],
    ['roll-back', 'roll-back'],
    ['cancel', 'cancel'],
    ['acknowledge', 'acknowledge'],
    ['restart', 'restart'],
  ])('%s is sent once, with the reason and an idempotency key', async (name, act) => {
    const server = await RolloutServer.start(rolloutDocument());
    const io = cli(server, `${name} new-checkout --env production --reason "errors rise"`);
    expect(await runCli(io)).toBe(0);
    expect(server.received).toHaveLength(1);
    const { method, path, headers, body } = server.received[0];
    expect([method, path, body]).toEqual([
      ...['POST', `/api/v1/rollouts/production.new-checkout/${act}`],
      { reason: 'errors rise' },
    ]);
    expect(headers['idempotency-key']).toBe('id-1');
    expect(headers['if-match']).toBeUndefined();
    expect(io.written.out).toContain(`Did ${act}.\n  running: staff ✔ 1 % ▶ 5 %`);
    expect(io.written.out).toContain('guidon rollouts watch new-checkout --env production\n');
  });

  it('shows on a terminal where it stands, asks for the reason, and holds for what was shown', async () => {
    const server = await RolloutServer.start(rolloutDocument());
    const io = cli(server, 'pause new-checkout', { answers: ['support is called'] });
    expect(await runCli(io)).toBe(0);
    expect(io.questions).toEqual(['Why is it paused? ']);
    expect(io.written.err).toContain("Holds 'canary' until 13:12");
    const sent = server.received.find(({ method }) => method === 'POST');
    expect(sent).toMatchObject({ body: { reason: 'support is called' }, headers: { 'if-match': '"42"' } });
    const silent = cli(server, 'pause new-checkout --env production');
    expect(await runCli(silent)).toBe(2);
    expect(silent.written.err).toContain('Say why: --reason');
  });

  it('goes on over what does not matter, and is not done when somebody else was quicker', async () => {
    const server = await RolloutServer.start(rolloutDocument());
    const outdated = problem(412, 'precondition-failed', 'It has changed.');
    server.refusals.push(outdated);
    const lucky = cli(server, 'pause new-checkout', { answers: ['support is called'] });
    const typing = {
      ...lucky,
      ask: async (question: string) => {
        // Held a little longer: another version, and nothing that a person decides by.
        server.put(rolloutDocument({ version: 43, since: at(-1) }));
        return lucky.ask(question);
      },
    };
    expect(await runCli(typing)).toBe(0);
    const tags = server.received
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers['if-match']);
    expect(tags).toEqual(['"42"', '"43"']);

    server.refusals.push(outdated);
    const late = cli(server, 'advance new-checkout', { answers: ['looks fine'] });
    const thinking = {
      ...late,
      ask: async (question: string) => {
        server.put(rolloutDocument({ phase: 'paused', reason: 'Paused by bo@acme.example.', version: 44 }));
        return late.ask(question);
      },
    };
    expect(await runCli(thinking)).toBe(1);
    expect(late.written.err).toContain('the rollout has moved since you looked: Paused by bo@acme.example.');
  });

  it('approves the stage that waits for it, and says when none does', async () => {
    const waits = { kind: 'approval', team: 'releases', stage: 'quarter' } as const;
    const plan = { ...rolloutDocument().plan, stages: stagesAt(2) };
    const server = await RolloutServer.start(
      rolloutDocument({ phase: 'awaiting-approval', waitingFor: waits, plan }),
    );
    expect(
      await runCli(cli(server, 'approve new-checkout --env production --reason "graphs are fine"')),
    ).toBe(0);
    expect(server.received.at(-1)).toMatchObject({
      body: { reason: 'graphs are fine', stage: 'quarter' },
      headers: { 'if-match': '"42"' },
    });
    server.put(rolloutDocument());
    const none = cli(server, 'approve new-checkout --env production --reason "graphs are fine"');
    expect(await runCli(none)).toBe(1);
    expect(none.written.err).toContain('Its next stage needs nobody to agree; nothing was done.');
  });

  it('takes up an offered plan by the beginning of its hash only', async () => {
    const hash = 'beef'.repeat(16);
    const server = await RolloutServer.start(
      rolloutDocument({ phase: 'paused', offered: { hash, reasons: ['A hold is shorter.'] } }),
    );
    const resume = (plan: string) =>
      cli(server, `resume new-checkout --env production --plan ${plan} --reason "agreed on"`);
    expect(await runCli(resume('beefbeefbeef'))).toBe(0);
    expect(server.received.at(-1)?.body).toEqual({ reason: 'agreed on', planHash: hash });
    const other = resume('cafecafecafe');
    expect(await runCli(other)).toBe(2);
    expect(other.written.err).toContain(`offers the plan ${hash}: give at least 8 digits`);
  });

  it('tells why the server refuses, also as JSON', async () => {
    const server = await RolloutServer.start(rolloutDocument());
    const refusal = problem(409, 'rollout-refused', 'It is paused already; resume it first.');
    server.refusals.push(refusal, refusal);
    const io = cli(server, 'advance new-checkout --env production --reason "looks fine"');
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toContain('Refused: It is paused already; resume it first.');
    const asJson = cli(server, 'advance new-checkout --env production --reason "looks fine" --json');
    expect(await runCli(asJson)).toBe(1);
    expect(JSON.parse(asJson.written.out)).toMatchObject({ error: { code: 'rollout-refused' } });
  });
});
