// A small page as a customer would write it: React, OpenFeature's own React SDK unchanged, and our provider.
import { GuidonWebProvider } from '@guidon/web';
import { OpenFeature, OpenFeatureProvider, useFlag } from '@openfeature/react-sdk';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const {
  url,
  key,
  pollIntervalMs,
  targetingKey = 'user-1',
} = JSON.parse(document.getElementById('settings').textContent);
const events = [];
for (const event of ['PROVIDER_READY', 'PROVIDER_STALE', 'PROVIDER_ERROR', 'PROVIDER_CONFIGURATION_CHANGED'])
  OpenFeature.addHandler(event, ({ flagsChanged }) => events.push([event, flagsChanged]));
OpenFeature.setProvider(new GuidonWebProvider({ url, key, pollIntervalMs }), { targetingKey });
const client = OpenFeature.getClient();
globalThis.guidon = { events, details: (flag) => client.getBooleanDetails(flag, false), api: OpenFeature };

function Checkout() {
  const { value, reason, flagMetadata } = useFlag('new-checkout', false).details;
  const { value: wrapping } = useFlag('gift-wrapping', false);
  return createElement(
    'main',
    { className: value ? 'new' : 'old' },
    createElement('h1', null, value ? 'Pay in one step' : 'Checkout, step 1 of 4'),
    createElement('p', null, 'Two mugs, one pennant: 34.00'),
    wrapping && createElement('p', { id: 'wrapping' }, 'Wrapped as a gift'),
    createElement('button', { type: 'button' }, value ? 'Pay now' : 'Next'),
    createElement('footer', null, `new-checkout: ${reason}, ${flagMetadata.source}`),
  );
}

createRoot(document.getElementById('root')).render(
  createElement(OpenFeatureProvider, null, createElement(Checkout)),
);
