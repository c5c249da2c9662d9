import { WAVE_DEFAULTS } from '@guidon/policy/guards';
import { drawOf } from '@guidon/policy/waves';
import type { Reach, StreamHolder } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { SilentStreams } from '../usage/index.js';
import type { RunningWave } from './wave-board.js';

/** An instance reports every ten seconds, so one that came just now has had no occasion yet. */
const FIRST_REPORT_MS = 15_000;
/** So many are noted by a server for a wave at most, those first that come first: one silent member holds it already. */
const MOST_NOTED = 500;

export interface SilenceWatchParts {
  readonly reach: Pick<Reach, 'holders'>;
  readonly streams: Pick<SilentStreams, 'heard' | 'note'>;
  readonly clock: Clock;
}

/**
 * Finds the instances that hold a stream of this server and report to none. Every server looks while a wave runs, since each
 * knows its own streams only; whoever has reported since the wave began is not asked about again.
 */
export class SilenceWatch {
  #heard = new Map<string, Set<string>>();

  constructor(private readonly parts: SilenceWatchParts) {}

  async look(waves: readonly RunningWave[]): Promise<void> {
    this.#heard = new Map(waves.map(({ waveId }) => [waveId, this.#heard.get(waveId) ?? new Set()]));
    for (const wave of waves) await this.#lookAt(wave);
  }

  async #lookAt(wave: RunningWave): Promise<void> {
    const { reach, streams, clock } = this.parts;
    const { environment, waveId } = wave;
    const heard = this.#heard.get(waveId) ?? new Set();
    const open = reach.holders(environment).filter((it) => isDue(it) && !heard.has(it.instance));
    if (open.length === 0) return;
    const names = open.map(({ instance }) => instance);
    const sinceMs = wave.startedAtMs - WAVE_DEFAULTS.silentAfterMs;
    for (const name of await streams.heard(environment, names, sinceMs)) heard.add(name);
    const nowMs = clock.nowMs();
    const silent = open
      .filter(({ instance }) => !heard.has(instance))
      .map(({ instance, heldMs }) => ({ instance, sinceMs: nowMs - heldMs, draw: drawOf(instance, waveId) }))
      .sort((a, b) => a.draw - b.draw)
      .slice(0, MOST_NOTED);
    await streams.note(environment, silent);
  }
}

function isDue({ heldMs }: StreamHolder): boolean {
  return heldMs >= FIRST_REPORT_MS;
}
