import { Global, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { monotonicFactory } from 'ulid';
import { AUDIT, type Audit } from '../audit/index.js';
import { KeyService } from '../identity/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { Idempotency } from '../kernel/idempotency/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { Access } from './access-rules.js';
import { ActPermits } from './act-permits.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { Approvals } from './approvals/approvals.js';
import { RefusedAttempts } from './attempts/refused-attempts.js';
import { FirstKeys } from './first-keys.js';
import { KeyDesk } from './keys/key-desk.js';
import { KeysController } from './keys/keys.controller.js';
import { IdentityProvider } from './login/identity-provider.js';
import { LoginController } from './login/login.controller.js';
import { LoginDesk } from './login/login-desk.js';
import { PermissionGuard } from './permission-guard.js';

/** Who may do what, the keys that a first start makes, and those that people make. */
@Global()
@Module({
  controllers: [KeysController, ApprovalsController, LoginController],
  exports: [Access, ActPermits, Approvals, RefusedAttempts],
  providers: [
    Access,
    ActPermits,
    FirstKeys,
    {
      provide: RefusedAttempts,
      inject: [TRANSACTIONS, AUDIT, CLOCK, LOG],
      useFactory: (transactions: Transactions, audit: Audit, clock: Clock, log: Log) =>
        new RefusedAttempts({ transactions, audit, clock, log }),
    },
    {
      provide: IdentityProvider,
      inject: [CONFIG],
      useFactory: ({ oidc }: Config) => oidc && new IdentityProvider(oidc),
    },
    {
      provide: LoginDesk,
      inject: [CONFIG, TRANSACTIONS, AUDIT, CLOCK, KeyService],
      useFactory: (...given: [Config, Transactions, Audit, Clock, KeyService]) => {
        const [{ oidc }, transactions, audit, clock, keys] = given;
        if (oidc === undefined) return undefined;
        const provider = new IdentityProvider(oidc);
        return new LoginDesk({ provider, keyHours: oidc.keyHours, transactions, audit, clock, keys });
      },
    },
    {
      provide: Approvals,
      inject: [TRANSACTIONS, AUDIT, CLOCK, Idempotency],
      useFactory: (transactions: Transactions, audit: Audit, clock: Clock, idempotency: Idempotency) =>
        new Approvals({ transactions, audit, clock, idempotency, makeId: monotonicFactory() }),
    },
    { provide: APP_GUARD, useClass: PermissionGuard },
    {
      provide: KeyDesk,
      inject: [TRANSACTIONS, AUDIT, CLOCK, KeyService, Idempotency],
      useFactory: (...given: [Transactions, Audit, Clock, KeyService, Idempotency]) => {
        const [transactions, audit, clock, keys, idempotency] = given;
        return new KeyDesk({ transactions, audit, clock, keys, idempotency });
      },
    },
  ],
})
export class AccessModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly keys: KeyService,
    private readonly firstKeys: FirstKeys,
    private readonly attempts: RefusedAttempts,
  ) {}

  /** Before the server listens, so that its first caller is known. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keys.start();
    await this.firstKeys.register();
    this.attempts.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.attempts.stop();
  }
}
