import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type ChainHead,
  type ChainLink,
  type Checkpoint,
  type CheckpointTally,
  EMPTY_CHAIN,
  NO_CHECKPOINTS,
  verifyChain,
  verifyCheckpoints,
} from '@guidon/policy/audit-chain';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';
import { count } from '../output/table.js';
import { judgeBy, sha256 } from '../server/checkpoint-signatures.js';
import { createServerClient } from '../server/server-client.js';

type Verdict =
  | {
      readonly ok: true;
      readonly checked: number;
      /** Of an export that begins later: the number of its first entry. */
      readonly from?: number;
      readonly head: string;
      readonly checkpoints: CheckpointTally & { readonly publicKey?: string };
    }
  | { readonly ok: false; readonly firstBroken: { readonly sequence: number; readonly reason: string } };

interface VerifyOptions {
  readonly json?: true;
  readonly file?: string;
  readonly publicKey?: string;
}

/** A log of millions of entries takes a while. */
const TIMEOUT_MS = 600_000;

export async function verifyOnServer(io: Io, options: VerifyOptions): Promise<0 | 1> {
  const client = createServerClient(io, { timeoutMs: TIMEOUT_MS });
  return tell(await client.get('/api/v1/audit/verify'), options, io);
}

/** Needs no server and trusts none: the texts of the export either give their hashes or they do not. */
export function verifyExport(io: Io, options: VerifyOptions): 0 | 1 {
  const judge = judgeBy(options.publicKey);
  const { links, checkpoints } = readExport(resolve(io.cwd, options.file ?? ''));
  const chain = verifyChain(links, { sha256, from: before(links) });
  if (!chain.ok) return tell(broken(chain), options, io);
  const signed = verifyCheckpoints(checkpoints, links, { judge, tally: NO_CHECKPOINTS });
  if (!signed.ok) return tell(broken(signed), options, io);
  const first = links[0]?.sequence ?? 1;
  const verdict = {
    ok: true,
    checked: links.length,
    ...(first > 1 ? { from: first } : {}),
    head: chain.head.hash,
    checkpoints: signed.tally,
  } as const;
  return tell(verdict, options, io);
}

function broken({ sequence, reason }: { sequence: number; reason: string }): Verdict {
  return { ok: false, firstBroken: { sequence, reason } };
}

/** An export that begins later is checked from its first entry on; what that one follows is taken on trust. */
function before(links: readonly ChainLink[]): ChainHead {
  const first = links[0];
  return first === undefined ? EMPTY_CHAIN : { sequence: first.sequence - 1, hash: first.previousHash };
}

function readExport(path: string): { links: ChainLink[]; checkpoints: Checkpoint[] } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`, { usage: true });
  }
  const links: ChainLink[] = [];
  const checkpoints: Checkpoint[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const value = parseLine(line, `${path}:${index + 1}`);
    if ('checkpoint' in value) checkpoints.push(value.checkpoint);
    else links.push(value);
  }
  return { links, checkpoints };
}

function parseLine(line: string, place: string): ChainLink | { checkpoint: Checkpoint } {
  try {
    const value = JSON.parse(line) as (ChainLink & { checkpoint?: undefined }) | { checkpoint: Checkpoint };
    const { sequence } = value.checkpoint ?? (value as ChainLink);
    if (Number.isSafeInteger(sequence)) return value as ChainLink;
  } catch {
    // Told below, as for JSON of another shape.
  }
  throw new CliError(
    `${place} is no line of an export of \`guidon audit export\`; was the file cut or edited?`,
  );
}

function tell(verdict: Verdict, { json }: VerifyOptions, io: Io): 0 | 1 {
  io.out(json === true ? `${JSON.stringify(verdict, null, 2)}\n` : describe(verdict, io));
  return verdict.ok ? 0 : 1;
}

function describe(verdict: Verdict, io: Io): string {
  const paint = paintFor(io.colours);
  if (!verdict.ok) {
    const { sequence, reason } = verdict.firstBroken;
    return `${paint.red('The log was tampered with')}, first at entry ${sequence}: ${printable(reason)}\n`;
  }
  const { checked, from, head, checkpoints } = verdict;
  const whole = from === undefined ? 'The log is whole' : `The log is whole from entry ${from} on`;
  return [
    `${paint.green(whole)}: ${checked} entries, each fits the one before. The last one's hash is`,
    `  ${head}`,
    ...(from === undefined
      ? []
      : [`What stood before entry ${from} is not in this export, and nothing is said of it.`]),
    signatures(checkpoints),
    '',
  ].join('\n');
}

function signatures({
  proven,
  upTo,
  unknownKey,
  publicKey,
}: CheckpointTally & { publicKey?: string }): string {
  const others =
    unknownKey === 0 ? '' : ` ${count(unknownKey, 'checkpoint')} of keys not known here did not count.`;
  if (proven === 0)
    return `No signed checkpoint vouches for it, so whoever owns the database could have written all of it anew.${others}`;
  const key = publicKey === undefined ? '' : ` Public key: ${publicKey}`;
  return `${count(proven, 'signed checkpoint')} ${proven === 1 ? 'vouches' : 'vouch'} for it up to entry ${upTo}.${others}${key}`;
}
