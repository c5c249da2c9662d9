import type { Action } from '@guidon/policy/permissions';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../identity/index.js';
import { ACTION_METADATA } from '../kernel/http/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { Access } from './access-rules.js';

/**
 * Asks the permission table for controllers that declare an action. Who is calling is known by then; what is acted on is
 * not, so a feature asks again for each thing that its act would touch.
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Access) private readonly access: Access,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const action = this.reflector.get<Action | undefined>(ACTION_METADATA, context.getHandler());
    if (action === undefined) return true;
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    const detail = this.access.whyNever(caller, action);
    if (detail !== undefined) throw new DomainError('not-permitted', { detail });
    return true;
  }
}
