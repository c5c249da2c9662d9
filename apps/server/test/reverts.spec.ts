import { evaluate } from '@guidon/engine/evaluate';
import { createGitRemote, type GitRemote, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { readSample } from '../../../libs/engine/test/torture/sample-project.js';
import type { Database } from '../src/kernel/database/index.js';
import { aSyncingReplica, auditEntries, openStore, type SyncingReplica } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const MADE = 'flags/search/made.yaml';

interface Parts {
  readonly description?: string;
  readonly production: string;
  readonly rules?: readonly number[];
}

/** One statement on each line, so that Git merges what was edited apart. */
function made({ description = 'Made here', production, rules = [] }: Parts): string {
  const one = (orders: number) => `      - { id: r${orders}, when: { orders: ${orders} }, serve: off }\n`;
  const list = rules.length === 0 ? '' : `    rules:\n${rules.map(one).join('')}`;
  return [
    `type: release\nowner: search\ndescription: ${description}\nexpires: 2099-12-31\n`,
    'tags: [search]\nsafe: off\nenvironments:\n  production:\n    # Everyone else:\n',
    `    serve: ${production}\n    # Others before them:\n${list}  staging: on\n`,
  ].join('');
}

const WAIVED =
  'type: release\nowner: search\ndescription: Live at once\nexpires: 2099-12-31\nsafe: off\nwaive: { new-flag-live: Copied from elsewhere }\nenvironments: { production: on }\n';

class Shop {
  private constructor(
    private readonly database: Database,
    readonly remote: GitRemote,
    private replica: SyncingReplica,
  ) {}

  static async open(database: Database): Promise<Shop> {
    const decoder = new TextDecoder();
    const sample = readSample().map(({ path, bytes }) => [`flags/${path}`, decoder.decode(bytes)] as const);
    const files = { ...Object.fromEntries(sample), [MADE]: made({ production: 'on' }) };
    const remote = await createGitRemote({ files });
    return new Shop(database, remote, await aSyncingReplica(database, remote.url));
  }

  /** Another process on the same store, with an empty memory. */
  async restart(): Promise<void> {
    this.replica = await aSyncingReplica(this.database, this.remote.url);
  }

  async publish(files: { readonly [path: string]: string | undefined }): Promise<string> {
    const commit = await this.remote.publish(files);
    await this.sync();
    return commit;
  }

  async revert(commit: string): Promise<string> {
    const made = await this.remote.person.revert(commit);
    await this.remote.person.push();
    await this.sync();
    return made;
  }

  /** Reads the branch; nothing of it may be refused or held. */
  async sync(): Promise<void> {
    await this.replica.sync.sync();
    const { state, frozen, findings } = await this.replica.sync.status();
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect({ state, frozen, errors }).toEqual({ state: 'accepted', frozen: [], errors: [] });
  }

  /** Reads the branch, of which something is expected to be refused or held. */
  async judged(): Promise<readonly (string | undefined)[]> {
    await this.replica.sync.sync();
    const { state, findings } = await this.replica.sync.status();
    const errors = findings.filter(({ severity }) => severity === 'error');
    return [state, ...errors.map(({ path, code }) => `${path} ${code}`)];
  }

  serves(flag: string): string | undefined {
    const live = this.replica.live.current('production');
    return evaluate((live as NonNullable<typeof live>).view, flag, {}, 0).variant;
  }
}

function reverts(open: () => Promise<Database>): void {
  it('takes back a commit in the middle of the history of a file, also after a restart', async () => {
    const shop = await Shop.open(await open());
    await shop.sync();
    expect(shop.serves('made')).toBe('on');
    const off = await shop.publish({ [MADE]: made({ production: 'off' }) });
    await shop.publish({ [MADE]: made({ production: 'off', description: 'Edited since', rules: [1] }) });
    await shop.restart();
    await shop.revert(off);
    expect(shop.serves('made')).toBe('on');
    expect(await shop.remote.person.git('show', `HEAD:${MADE}`)).toContain('description: Edited since');
    // The same with the memory that has just judged it, and of the revert itself.
    const again = await shop.publish({
      [MADE]: made({ production: 'off', description: 'Edited since', rules: [1] }),
    });
    await shop.publish({ [MADE]: made({ production: 'off', description: 'And once more', rules: [1] }) });
    await shop.revert(again);
    expect(shop.serves('made')).toBe('on');
    // What was never live is a jump as ever.
    await shop.publish({ [MADE]: made({ production: 'off', description: 'And once more', rules: [1] }) });
    await shop.remote.publish({
      [MADE]: made({ production: '{ on: 50 }' }).replace('serve: { on: 50 }', 'split: { on: 50, off: 50 }'),
    });
    expect(await shop.judged()).toEqual(['partly', 'search/made.yaml percent-jump']);
  });

  it('takes back one commit of several that were pushed together, but brings nothing back that never was live', async () => {
    const shop = await Shop.open(await open());
    await shop.sync();
    const text = (percent: number, orders: number, description = 'Made here') =>
      made({ production: 'off', description }).replace(
        '  staging: on\n',
        `    rules:\n      - id: pilot\n        when:\n          orders: { gte: ${orders} }\n        # Of these:\n        percent: ${percent}\n        serve: on\n  staging: on\n`,
      );
    const waived = (body: string) =>
      body.replace('safe: off\n', 'safe: off\nwaive: { percent-jump: Tried }\n');
    await shop.publish({ [MADE]: waived(text(50, 1)) });
    await shop.publish({ [MADE]: text(50, 1) });
    const { person } = shop.remote;
    const commit = async (body: string) => {
      await person.write(MADE, body);
      return person.commit('Half of a push');
    };
    const lowered = await commit(text(5, 1));
    await commit(text(5, 100));
    await person.push();
    await shop.sync();
    await shop.restart();
    await shop.revert(lowered);
    expect(await person.git('show', `HEAD:${MADE}`)).toContain(
      'orders: { gte: 100 }\n        # Of these:\n        percent: 50',
    );
    // Raised and lowered in one push: nobody ever had it.
    await commit(text(90, 100));
    const back = await commit(text(50, 100));
    await person.push();
    await shop.sync();
    await person.revert(back);
    await person.push();
    expect(await shop.judged()).toEqual(['partly', 'search/made.yaml percent-jump']);
  });

  it('takes back what was done before the store began', async () => {
    const shop = await Shop.open(await open());
    const { person } = shop.remote;
    const commit = async (files: { readonly [path: string]: string | undefined }) =>
      shop.remote.publish(files);
    await commit({ 'flags/search/extra.yaml': WAIVED.replace(/waive:.*\n/, '') });
    const gone = await commit({ 'flags/search/extra.yaml': undefined });
    const off = await commit({ [MADE]: made({ production: 'off' }) });
    await commit({ [MADE]: made({ production: 'off', description: 'Edited since' }) });
    await shop.sync();
    await shop.restart();
    await shop.revert(off);
    expect(shop.serves('made')).toBe('on');
    await shop.revert(gone);
    expect(shop.serves('extra')).toBe('on');
    // Nobody knows what the store would have thought of it, so it is as if it had been there from the first.
    await person.git('rm', '--quiet', MADE);
    await person.commit('Gone');
    await person.push();
    expect(await shop.judged()).toEqual(['partly', 'search/made.yaml delete-live-flag']);
  });

  it('takes back the commit that added a flag, and the taking back, also after restarts', async () => {
    const database = await open();
    const shop = await Shop.open(database);
    await shop.sync();
    const added = await shop.publish({ 'flags/search/extra.yaml': WAIVED });
    await shop.publish({ [MADE]: made({ production: 'on', description: 'Something else' }) });
    expect(shop.serves('extra')).toBe('on');
    await shop.restart();
    const gone = await shop.revert(added);
    expect(shop.serves('extra')).toBeUndefined();
    await shop.restart();
    await shop.revert(gone);
    expect(shop.serves('extra')).toBe('on');
    const actions = (await auditEntries(database)).map(({ action }) => action);
    expect(actions).toEqual(Array(5).fill('revision.publish'));
    // The accident that archiving first is asked for: a flag that was there from the first, or became something else.
    await shop.remote.publish({ [MADE]: undefined });
    expect(await shop.judged()).toEqual(['partly', 'search/made.yaml delete-live-flag']);
  });

  it('takes back what brought very many flags or rules, but holds a folder that is deleted', async () => {
    const shop = await Shop.open(await open());
    await shop.sync();
    const many = (from: number) =>
      Object.fromEntries(
        Array.from({ length: 40 }, (_, at) => [`flags/many/m${from + at}.yaml`, made({ production: 'off' })]),
      );
    const brought = await shop.publish(many(0));
    const rules = Array.from({ length: 60 }, (_, at) => at + 2);
    const ruled = await shop.publish({ [MADE]: made({ production: 'on', rules }) });
    await shop.publish({ [MADE]: made({ production: 'on', rules, description: 'Edited since' }) });
    await shop.restart();
    await shop.revert(ruled);
    await shop.revert(brought);
    expect(shop.serves('m3')).toBeUndefined();
    await shop.revert('HEAD');
    await shop.publish(many(40));
    await shop.remote.person.git('rm', '--quiet', '-r', 'flags/many');
    await shop.remote.person.commit('Tidy up');
    await shop.remote.person.push();
    expect(await shop.judged()).toEqual(['held']);
    expect(shop.serves('m3')).toBe('off');
  });
}

const postgres: TestPostgres | undefined = await startPostgres();
const LONG = process.env.GUIDON_TEST_LONG === '1';

// Every test opens a store, which takes the embedded database seconds; both are gone through in the long suite.
const describeEmbedded = LONG || postgres === undefined ? describe : () => undefined;
describeEmbedded('given the embedded database', () => {
  const opened: Database[] = [];
  // At once, for many embedded stores in memory make every git process slow that this one begins.
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));
  reverts(async () => {
    const database = await openStore(undefined);
    opened.push(database);
    return database;
  });
});

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  const opened: Database[] = [];
  afterAll(() => Promise.all(opened.map((database) => database.close())));
  reverts(async () => {
    const database = await openStore((await (postgres as TestPostgres).createDatabase()).url);
    opened.push(database);
    return database;
  });
});
