import { canonicalJson, type SourceFile } from '../model/index.js';
import type { RawFlag } from '../schema/flag-schema.js';
import type { FileKind } from '../schema/index.js';
import type { RawSegment } from '../schema/segment-schema.js';
import { readDocument } from './document.js';
import { factsOf, membersPiece, type Piece, restPiece, ruleIds, ruleListPiece, rulePiece } from './facts.js';
import type { FileStep, FileVersion, LoadInput } from './load-types.js';
import { unitId } from './units.js';

/** One flag or segment that changes, with the version that is live and the one that would be. */
export interface Exchange {
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  readonly before: FileVersion;
  readonly after: FileVersion;
}

/** Where in a flag something grows: a rule, or without one the last line. */
export interface Spot {
  readonly environment: string;
  readonly rule?: string;
}

type Cut = (raw: unknown) => Piece;

/** Of so many newest steps of one file the texts are asked for. */
const MOST_STEPS = 500;

const KNOWN = new WeakMap<LoadInput, TakeBacks>();

/** One for each load, so that a text is read once. */
export function takeBacksOf(input: LoadInput): TakeBacks {
  const known = KNOWN.get(input) ?? new TakeBacks(input);
  KNOWN.set(input, known);
  return known;
}

/**
 * Says of a change whether it only takes back what an earlier revision did, as `git revert` does: by its blob where the
 * file was never edited since, else by what the two versions say. Texts are looked at only when something depends on it.
 */
export class TakeBacks {
  private readonly lacking = new Map<string, FileVersion>();
  private readonly raws = new Map<string, unknown>();
  private incoming: ReadonlyMap<string, SourceFile> | undefined;

  constructor(private readonly input: LoadInput) {}

  /** What `LoadResult.wanted` says. */
  wanted(): readonly FileVersion[] {
    return [...this.lacking.values()];
  }

  /** Whether this very content was live before, in whatever folder. */
  wasLive({ kind, key }: Pick<Exchange, 'key'> & { kind: FileKind }, file: FileVersion | undefined): boolean {
    if (file === undefined) return false;
    if (this.input.liveBefore?.has(`${file.path}:${file.blob}`)) return true;
    const steps = this.input.past?.stepsOf(unitId(kind, key)) ?? [];
    return steps.some(({ from, to }) => from?.blob === file.blob || to?.blob === file.blob);
  }

  /** What grows there says what it said in an earlier revision, or what it says now less what one revision did. */
  growsBack(exchange: Exchange, spot: Spot): boolean {
    if (this.stepsOf(exchange).length === 0) return false;
    return this.cutsAt(exchange, spot).some(
      (cut) => this.saidBefore(exchange, cut) || this.undoesStep(exchange, cut),
    );
  }

  /** The rules that go are those that one revision brought, no more and no fewer. */
  losesRulesAgain(exchange: Exchange): boolean {
    return this.undoesStep(exchange, (raw) => ruleListPiece(raw as RawFlag));
  }

  /** The same for what a segment lists. */
  losesMembersAgain(exchange: Exchange): boolean {
    return this.undoesStep(exchange, (raw) => membersPiece(raw as RawSegment));
  }

  /** The revision that brought the flag, if it is still as it came; the baseline brought nothing that is known of. */
  broughtBy(key: string, live: FileVersion | undefined): string | undefined {
    const steps = this.input.past?.stepsOf(unitId('flag', key)) ?? [];
    const arrival = steps.findLast(({ from, to }) => from === undefined && to !== undefined);
    return live !== undefined && arrival?.to?.blob === live.blob ? arrival.revision : undefined;
  }

  /** A rule whose name was changed since is looked for under every name that would vanish. */
  private cutsAt({ kind, before, after }: Exchange, { environment, rule }: Spot): Cut[] {
    if (rule === undefined) return [(raw) => restPiece(raw as RawFlag, environment)];
    const [old, now] = [before, after].map((version) => {
      const raw = this.rawOf(kind, version) as RawFlag | undefined;
      return raw === undefined ? [] : ruleIds(raw, environment);
    }) as [string[], string[]];
    const gone = old.includes(rule) ? [] : old.filter((id) => !now.includes(id));
    const names = [[rule], ...gone.map((other) => [rule, other])];
    return names.map((ids) => (raw) => rulePiece(raw as RawFlag, environment, ids));
  }

  private saidBefore(exchange: Exchange, cut: Cut): boolean {
    const now = this.pieceOf(exchange, exchange.after, cut);
    if (now === undefined) return false;
    const said = canonicalJson(now as never);
    return this.stepsOf(exchange).some((step) =>
      [step.from, step.to].some((version) => {
        const piece = version === undefined ? undefined : this.pieceOf(exchange, version, cut);
        return piece !== undefined && canonicalJson(piece as never) === said;
      }),
    );
  }

  /** Fact by fact what Git makes of it: where the step changed something, as it was before; else as it is now. */
  private undoesStep(exchange: Exchange, cut: Cut): boolean {
    const steps = this.stepsOf(exchange);
    if (steps.length === 0) return false;
    const [before, after] = [exchange.before, exchange.after].map((it) => this.pieceOf(exchange, it, cut));
    const pairs = steps.map(({ from, to }) =>
      [from, to].map((version) => (version === undefined ? undefined : this.pieceOf(exchange, version, cut))),
    );
    if (before === undefined || after === undefined) return false;
    const [now, next] = [factsOf(before), factsOf(after)];
    return pairs.some(([from, to]) => {
      if (from === undefined || to === undefined) return false;
      return isInverse({ from: factsOf(from), to: factsOf(to), now, next });
    });
  }

  private stepsOf({ kind, key }: Exchange): readonly FileStep[] {
    return (this.input.past?.stepsOf(unitId(kind, key)) ?? []).slice(-MOST_STEPS);
  }

  private pieceOf({ kind }: Exchange, version: FileVersion, cut: Cut): Piece | undefined {
    const raw = this.rawOf(kind, version);
    return raw === undefined ? undefined : cut(raw);
  }

  /** `undefined` where the text is not at hand, or is none that today's schema takes. */
  private rawOf(kind: FileKind, { path, blob }: FileVersion): unknown {
    const id = `${kind}:${blob}`;
    if (this.raws.has(id)) return this.raws.get(id);
    const bytes = this.bytesOf(blob);
    if (bytes === undefined) {
      this.lacking.set(`${path}:${blob}`, { path, blob });
      return undefined;
    }
    const { raw } = readDocument({ path, blob, bytes }, kind);
    this.raws.set(id, raw);
    return raw;
  }

  private bytesOf(blob: string): Uint8Array | undefined {
    this.incoming ??= new Map(this.input.files.map((file) => [file.blob, file]));
    return this.incoming.get(blob)?.bytes ?? this.input.past?.textOf?.(blob);
  }
}

type Facts = ReadonlyMap<string, unknown>;

function isInverse({ from, to, now, next }: Record<'from' | 'to' | 'now' | 'next', Facts>): boolean {
  let undone = false;
  for (const place of new Set([...from.keys(), ...to.keys(), ...now.keys(), ...next.keys()])) {
    const isStep = from.get(place) !== to.get(place);
    if (isStep) undone = true;
    if (next.get(place) !== (isStep ? from : now).get(place)) return false;
  }
  return undone;
}
