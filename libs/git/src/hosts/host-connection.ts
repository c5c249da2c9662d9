/** Where a host is and as whom it is asked. */
export interface HostConnection {
  /** Root of the API; nothing else is ever called. */
  readonly apiUrl: string;
  /** `owner/name`; on GitLab perhaps `group/subgroup/name`. */
  readonly repository: string;
  readonly token: string;
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}
