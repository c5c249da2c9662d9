/** As much of the package as the test of signing in uses; it ships no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
  }
  // biome-ignore lint/style/noDefaultExport: the package has one.
  export default Provider;
}
