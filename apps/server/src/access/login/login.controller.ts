import type { LoginDocument, MeDocument, NewKeyDocument } from '@guidon/protocol';
import {
  loginDocumentSchema,
  loginSchema,
  logoutAnswerSchema,
  meDocumentSchema,
  newKeyDocumentSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Optional, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf, callerOf } from '../../identity/index.js';
import { Describe } from '../../kernel/http/index.js';
import { DomainError, validated } from '../../kernel/problem/index.js';
import { Access } from '../access-rules.js';
import { PermitAnybody, Public } from '../permit.js';
import { IdentityProvider } from './identity-provider.js';
import { LoginDesk } from './login-desk.js';

/** Each costs a call to the provider, and nobody is known yet. */
const MOST_AT_ONCE = 8;

/** Signing in and out, and "who am I here". */
@Controller('/api/v1')
export class LoginController {
  private running = 0;

  constructor(
    @Optional() @Inject(IdentityProvider) private readonly provider: IdentityProvider | undefined,
    @Optional() @Inject(LoginDesk) private readonly desk: LoginDesk | undefined,
    @Inject(Access) private readonly access: Access,
  ) {}

  @Get('/login')
  @Public()
  @Describe({
    name: 'describeLogin',
    summary: 'What a command needs to send a person to the identity provider.',
    answer: { LoginDocument: loginDocumentSchema },
    errors: ['login-not-configured', 'login-unavailable', 'too-many-requests'],
  })
  describe(): Promise<LoginDocument> {
    return this.bounded(() => (this.provider ?? notConfigured()).describe());
  }

  @Post('/login')
  @HttpCode(200)
  @Public()
  @Describe({
    name: 'logIn',
    summary: 'Trades what came back from the identity provider for a key.',
    body: { LoginRequest: loginSchema },
    answer: { NewKeyDocument: newKeyDocumentSchema },
    errors: ['login-not-configured', 'login-refused', 'login-unavailable', 'too-many-requests'],
  })
  signIn(@Body() body: unknown): Promise<NewKeyDocument> {
    const request = validated(loginSchema, body);
    return this.bounded(() => (this.desk ?? notConfigured()).signIn(request));
  }

  /** Anybody may end his own key; one that the configuration gave ends there. */
  @Post('/logout')
  @HttpCode(200)
  @PermitAnybody()
  @Describe({
    name: 'logOut',
    summary: 'Ends the key that the request is made with, where signing in made it.',
    answer: { LogoutAnswer: logoutAnswerSchema },
  })
  async signOut(@Req() request: FastifyRequest): Promise<{ signedOut: true }> {
    const caller = callerOf(request);
    if (caller.role !== 'access' || caller.breakGlass || this.desk === undefined)
      throw new DomainError('not-permitted', {
        detail: 'This key was not made by signing in; revoke it instead.',
      });
    await this.desk.signOut(caller, actorOf(caller));
    return { signedOut: true };
  }

  @Get('/me')
  @PermitAnybody()
  @Describe({
    name: 'getMe',
    summary: 'Whose key this is, and what it may do.',
    answer: { MeDocument: meDocumentSchema },
  })
  me(@Req() request: FastifyRequest): MeDocument {
    const caller = callerOf(request);
    const subject = this.access.subjectOf(caller);
    const { keyId: key, owner, breakGlass } = caller;
    const { teams, grants } = subject.kind === 'person' ? subject : { teams: [], grants: [] };
    return { key, owner, breakGlass, teams, grants: grants.map((grant) => ({ ...grant })) };
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MOST_AT_ONCE)
      throw new DomainError('too-many-requests', {
        detail: 'Too many people sign in at this moment.',
        retryAfterSeconds: 2,
      });
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
    }
  }
}

function notConfigured(): never {
  throw new DomainError('login-not-configured', {
    detail:
      'No identity provider is configured. An admin can make you a key: guidon keys create admin --owner <you>.',
  });
}
