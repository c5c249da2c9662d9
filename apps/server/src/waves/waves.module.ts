import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CatalogModule, CatalogWaves, ReachProbe } from '../catalog/index.js';
import {
  CLOCK,
  type Clock,
  LEADERSHIP,
  type Leadership,
  LeadershipModule,
  LOG,
  type Log,
} from '../kernel/index.js';
import { SilentStreams, UsageModule, UsageStore } from '../usage/index.js';
import { CatalogBoard } from './catalog-board.js';
import { SilenceWatch } from './silence-watch.js';
import { WAVE_BOARD, type WaveBoard } from './wave-board.js';
import { WaveWorker } from './wave-worker.js';
import { WavesController } from './waves.controller.js';
import { type WaveSilence, Waves } from './waves.service.js';

/** Injection token of `() => boolean`: whether this process is the one that moves waves. */
export const WAVES_LEADER = Symbol('WavesLeader');

const SILENCE = Symbol('WaveSilence');

/** A share of the instances first, and the others once those fare well. */
@Module({
  imports: [CatalogModule, LeadershipModule, UsageModule],
  controllers: [WavesController],
  providers: [
    {
      provide: WAVE_BOARD,
      inject: [CatalogWaves, LEADERSHIP],
      useFactory: (waves: CatalogWaves, leadership: Leadership) => new CatalogBoard(waves, leadership),
    },
    {
      provide: WAVES_LEADER,
      inject: [LEADERSHIP],
      useFactory: (leadership: Leadership) => () => leadership.isLeader(),
    },
    {
      provide: SILENCE,
      inject: [ReachProbe, SilentStreams, CLOCK],
      useFactory: (reach: ReachProbe, streams: SilentStreams, clock: Clock): WaveSilence => {
        const watch = new SilenceWatch({ reach, streams, clock });
        return { look: (waves) => watch.look(waves), of: (environment) => streams.of(environment) };
      },
    },
    {
      provide: Waves,
      inject: [WAVE_BOARD, UsageStore, CLOCK, LOG, WAVES_LEADER, SILENCE],
      useFactory: (
        board: WaveBoard,
        usage: UsageStore,
        ...[clock, log, isLeader, silence]: [Clock, Log, () => boolean, WaveSilence]
      ) => new Waves({ board, usage, clock, log, isLeader, silence }),
    },
    {
      provide: WaveWorker,
      inject: [Waves, CLOCK],
      useFactory: (waves: Waves, clock: Clock) => new WaveWorker({ waves, clock }),
    },
  ],
})
export class WavesModule implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(WaveWorker) private readonly worker: WaveWorker) {}

  onModuleInit(): void {
    this.worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }
}
