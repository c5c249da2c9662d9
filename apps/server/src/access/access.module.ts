import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { KeyService } from '../identity/index.js';
import { FirstKeys } from './first-keys.js';
import { PermissionGuard } from './permission-guard.js';

/** Who may do what, and the keys that a first start makes. */
@Module({ providers: [FirstKeys, { provide: APP_GUARD, useClass: PermissionGuard }] })
export class AccessModule implements OnApplicationBootstrap {
  constructor(
    private readonly keys: KeyService,
    private readonly firstKeys: FirstKeys,
  ) {}

  /** Before the server listens, so that its first caller is known. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keys.start();
    await this.firstKeys.register();
  }
}
