import { canonicalJson } from '../model/index.js';
import type { RawFlag } from '../schema/flag-schema.js';
import type { FileKind } from '../schema/index.js';
import type { RawSegment } from '../schema/segment-schema.js';
import { EarlierTexts } from './earlier-texts.js';
import type { Exchange, Spot } from './exchange.js';
import { type Facts, factsOf, isInverse, membersPiece, type Piece, ruleListPiece } from './facts.js';
import type { CommitStep, FileStep, FileVersion, LoadInput } from './load-types.js';
import type { UnitId } from './problem.js';
import { unitId } from './units.js';
import { type Cut, cutsAt, servedCuts } from './way-back-cuts.js';

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
  private readonly unsure = new Set<UnitId>();
  private readonly texts: EarlierTexts;

  constructor(private readonly input: LoadInput) {
    this.texts = new EarlierTexts(input);
  }

  /** What `LoadResult.wanted` says. */
  wanted(): readonly FileVersion[] {
    return this.texts.lacking();
  }

  /** What `LoadResult.doubts` says. */
  doubts(): readonly UnitId[] {
    return [...this.unsure];
  }

  /** Whether this very content was live before, in whatever folder. */
  wasLive({ kind, key }: Pick<Exchange, 'key'> & { kind: FileKind }, file: FileVersion | undefined): boolean {
    if (file === undefined) return false;
    if (this.input.liveBefore?.has(`${file.path}:${file.blob}`)) return true;
    const steps = this.liveSteps(unitId(kind, key));
    return steps.some(({ from, to }) => from?.blob === file.blob || to?.blob === file.blob);
  }

  /** The same of a new flag that would be refused otherwise. */
  comesBack({ kind, key }: Pick<Exchange, 'key'> & { kind: FileKind }, file: FileVersion): boolean {
    this.unsure.add(unitId(kind, key));
    return this.wasLive({ kind, key }, file);
  }

  /**
   * What grows there says what it said in an earlier revision, or what it says now less what one revision did, or less
   * what one commit of a revision did so long as nothing comes back that was never live.
   */
  growsBack(exchange: Exchange, spot: Spot): boolean {
    return this.saysBack(exchange, cutsAt(exchange, spot, this.texts));
  }

  /** The same of all that a flag serves in an environment, or of whom a segment takes. */
  servesBack(exchange: Exchange, environment: string): boolean {
    const cuts =
      exchange.kind === 'flag'
        ? servedCuts(exchange, environment, this.texts)
        : [(raw: unknown) => membersPiece(raw as RawSegment)];
    return this.saysBack(exchange, cuts);
  }

  private saysBack(exchange: Exchange, cuts: readonly Cut[]): boolean {
    const id = this.doubted(exchange);
    const [steps, commits] = [this.liveSteps(id), this.commits(id, false)];
    if (steps.length + commits.length === 0) return false;
    return cuts.some(
      (cut) =>
        this.saidBefore(exchange, steps, cut) ||
        this.undoesAny(exchange, steps, { cut }) ||
        this.undoesAny(exchange, commits, { cut, said: this.saidIn(exchange, steps, cut) }),
    );
  }

  /** The rules that go are those that one revision or commit brought, no more and no fewer. */
  losesRulesAgain(exchange: Exchange): boolean {
    return this.undoesAny(exchange, this.allSteps(exchange), { cut: (raw) => ruleListPiece(raw as RawFlag) });
  }

  /** The same for what a segment lists. */
  losesMembersAgain(exchange: Exchange): boolean {
    return this.undoesAny(exchange, this.allSteps(exchange), {
      cut: (raw) => membersPiece(raw as RawSegment),
    });
  }

  /** The revision that brought the flag, if it is still as it came; the baseline brought nothing that is known of. */
  broughtBy(key: string, live: FileVersion | undefined): string | undefined {
    const steps = this.input.past?.stepsOf(unitId('flag', key)) ?? [];
    const arrival = steps.findLast(({ from, to }) => from === undefined && to !== undefined);
    return live !== undefined && arrival?.to?.blob === live.blob ? arrival.revision : undefined;
  }

  private saidBefore(exchange: Exchange, steps: readonly FileStep[], cut: Cut): boolean {
    const now = this.pieceOf(exchange, exchange.after, cut);
    const pieces = versionsIn(steps).map((version) => this.pieceOf(exchange, version, cut));
    if (now === undefined) return false;
    const said = canonicalJson(now as never);
    return pieces.some((piece) => piece !== undefined && canonicalJson(piece as never) === said);
  }

  /** Every fact that was ever live there. */
  private saidIn(exchange: Exchange, steps: readonly FileStep[], cut: Cut): readonly Facts[] {
    const versions = [exchange.before, ...versionsIn(steps)];
    return versions.flatMap((version) => {
      const piece = this.pieceOf(exchange, version, cut);
      return piece === undefined ? [] : [factsOf(piece)];
    });
  }

  private undoesAny(
    exchange: Exchange,
    steps: readonly FileStep[],
    { cut, said }: { readonly cut: Cut; readonly said?: readonly Facts[] },
  ): boolean {
    const factsIn = (version: FileVersion): Facts | undefined => {
      const piece = this.pieceOf(exchange, version, cut);
      return piece === undefined ? undefined : factsOf(piece);
    };
    const pairs = steps.flatMap(({ from, to }) =>
      from === undefined || to === undefined ? [] : [[factsIn(from), factsIn(to)]],
    );
    if (pairs.length === 0) return false;
    const [now, next] = [factsIn(exchange.before), factsIn(exchange.after)];
    if (now === undefined || next === undefined) return false;
    return pairs.some(
      ([from, to]) => from !== undefined && to !== undefined && isInverse({ from, to }, { now, next, said }),
    );
  }

  private doubted({ kind, key }: Exchange): UnitId {
    const id = unitId(kind, key);
    this.unsure.add(id);
    return id;
  }

  private allSteps(exchange: Exchange): readonly FileStep[] {
    const id = this.doubted(exchange);
    return [...this.liveSteps(id), ...this.commits(id, false)];
  }

  /** Steps between versions that were live. */
  private liveSteps(id: UnitId): readonly FileStep[] {
    const judged = (this.input.past?.stepsOf(id) ?? []).slice(-MOST_STEPS);
    return [...this.commits(id, true), ...judged];
  }

  private commits(id: UnitId, live: boolean): readonly CommitStep[] {
    const all = this.input.past?.commitsOf?.(id) ?? [];
    return all.filter((step) => step.live === live).slice(-MOST_STEPS);
  }

  private pieceOf({ kind }: Exchange, version: FileVersion, cut: Cut): Piece | undefined {
    const raw = this.texts.rawOf(kind, version);
    return raw === undefined ? undefined : cut(raw);
  }
}

function versionsIn(steps: readonly FileStep[]): FileVersion[] {
  const versions = steps.flatMap(({ from, to }) => [from ?? [], to ?? []].flat());
  return [...new Map(versions.map((version) => [version.blob, version])).values()];
}
