export {
  type RefusedWebhook,
  WEBHOOK_LIMIT_BYTES,
  type Webhook,
  type WebhookHeaders,
  type WebhookHost,
  type WebhookRefusal,
  type WebhookTrust,
  webhook,
} from './webhook.js';
