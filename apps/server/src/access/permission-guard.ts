import { type Action, decidePermission } from '@guidon/policy/permissions';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../identity/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { PERMIT_METADATA } from './permit.js';

/** Asks the permission table for controllers that declare an action. Who is calling is known by then. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const action = this.reflector.get<Action | undefined>(PERMIT_METADATA, context.getHandler());
    if (action === undefined) return true;
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    const decision = decidePermission(caller.kind, action);
    if (!decision.allowed) throw new DomainError('not-permitted', { detail: decision.reason });
    return true;
  }
}
