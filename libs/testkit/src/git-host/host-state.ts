export interface FakeReview {
  readonly login: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  /** The commit that was looked at; the newest of the branch unless told. */
  readonly commit?: string;
}

/** A pull or merge request as a test sets it up and looks at it. */
export interface FakePull {
  readonly number: number;
  title: string;
  body: string;
  readonly branch: string;
  readonly into: string;
  state: 'open' | 'merged' | 'closed';
  readonly author: string;
  headCommit: string;
  mergeCommit?: string;
  mergedBy?: string;
  /** Its branch lies in somebody's fork. */
  readonly isFork?: boolean;
  readonly reviews: FakeReview[];
}

export interface FakeStatus {
  readonly commit: string;
  readonly state: string;
  readonly name: string;
  readonly description: string;
  readonly url?: string;
}

/** What the host knows. One page of a list is cut out of `all` by the caller's parameters. */
export class HostState {
  readonly pulls: FakePull[] = [];
  readonly statuses: FakeStatus[] = [];

  open(pull: Pick<FakePull, 'title' | 'body' | 'branch' | 'into'>): FakePull | undefined {
    const twin = this.pulls.find((one) => one.state === 'open' && !one.isFork && one.branch === pull.branch);
    if (twin !== undefined && twin.into === pull.into) return undefined;
    return this.add(pull);
  }

  add(pull: Partial<FakePull> & Pick<FakePull, 'branch' | 'into'>): FakePull {
    const made: FakePull = {
      number: this.pulls.length + 1,
      title: 'A change',
      body: '',
      state: 'open',
      author: 'guidon-bot',
      headCommit: 'a'.repeat(40),
      reviews: [],
      ...pull,
    };
    this.pulls.push(made);
    return made;
  }

  ofCommit(commit: string): FakePull[] {
    return this.pulls.filter((one) => [one.headCommit, one.mergeCommit].includes(commit));
  }
}

export function pageOf<T>(all: readonly T[], query: URLSearchParams): T[] {
  const size = Number(query.get('per_page') ?? query.get('limit') ?? 30);
  const page = Number(query.get('page') ?? 1);
  return all.slice((page - 1) * size, page * size);
}
