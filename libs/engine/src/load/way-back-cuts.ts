import type { RawFlag } from '../schema/flag-schema.js';
import type { EarlierTexts } from './earlier-texts.js';
import type { Exchange, Spot } from './exchange.js';
import { type Piece, restPiece, ruleIds, rulePiece, servedPiece } from './facts.js';

/** Which part of a file is looked at. */
export type Cut = (raw: unknown) => Piece;

/** What may jump at a spot. A rule whose name was changed since is looked for under every name that would vanish. */
export function cutsAt(exchange: Exchange, { environment, rule }: Spot, texts: EarlierTexts): Cut[] {
  if (rule === undefined) return [(raw) => restPiece(raw as RawFlag, environment)];
  const [old, now] = idsOf(exchange, environment, texts);
  const gone = old.includes(rule) ? [] : old.filter((id) => !now.includes(id));
  const names = [[rule], ...gone.map((other) => [rule, other])];
  return names.map((ids) => (raw) => rulePiece(raw as RawFlag, environment, ids));
}

/** All that a flag serves in an environment. None where rules change places: the first that fits wins, and no piece tells. */
export function servedCuts(exchange: Exchange, environment: string, texts: EarlierTexts): Cut[] {
  const [old, now] = idsOf(exchange, environment, texts);
  const stay = old.filter((id) => now.includes(id));
  const inOrder = now.filter((id) => old.includes(id)).every((id, index) => stay[index] === id);
  return inOrder ? [(raw) => servedPiece(raw as RawFlag, environment)] : [];
}

function idsOf({ kind, before, after }: Exchange, environment: string, texts: EarlierTexts) {
  return [before, after].map((version) => {
    const raw = texts.rawOf(kind, version) as RawFlag | undefined;
    return raw === undefined ? [] : ruleIds(raw, environment);
  }) as [string[], string[]];
}
