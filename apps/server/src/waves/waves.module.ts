import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock, CONFIG, type Config, LOG, type Log } from '../kernel/index.js';
import { UsageModule, UsageStore } from '../usage/index.js';
import { NO_WAVES, WAVE_BOARD, type WaveBoard } from './wave-board.js';
import { WaveWorker } from './wave-worker.js';
import { WavesController } from './waves.controller.js';
import { Waves } from './waves.service.js';

/** Injection token of `() => boolean`: whether this process is the one that moves waves. */
export const WAVES_LEADER = Symbol('WavesLeader');

/** A share of the instances first, and the others once those fare well. */
@Module({
  imports: [UsageModule],
  controllers: [WavesController],
  providers: [
    { provide: WAVE_BOARD, useValue: NO_WAVES },
    {
      provide: WAVES_LEADER,
      inject: [CONFIG],
      useFactory: (config: Config) => () => config.role !== 'serve',
    },
    {
      provide: Waves,
      inject: [WAVE_BOARD, UsageStore, CLOCK, LOG, WAVES_LEADER],
      useFactory: (board: WaveBoard, usage: UsageStore, clock: Clock, log: Log, isLeader: () => boolean) =>
        new Waves({ board, usage, clock, log, isLeader }),
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
