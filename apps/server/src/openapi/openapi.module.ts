import { Module } from '@nestjs/common';
import { OpenApiController } from './openapi.controller.js';

/** What the management API takes and answers, for clients in any language. */
@Module({ controllers: [OpenApiController] })
export class OpenApiModule {}
