/** The three files that the language's own document shows at its best, and what they refer to. */

export const BEST_FLAG = `# Replaces the four-step checkout. Ask #payments before touching production.
type: release
owner: payments
description: One-page checkout with saved cards
expires: 2027-02-01
tags: [checkout]
links: ["https://tracker.acme.example/PAY-123"]
safe: off # when killed, when a requirement fails, where nothing else is said
requires: { payments-v2: on }
by: accountId
environments:
  development: on
  staging: on
  production:
    rules:
      - id: broken-old-apps
        when: { platform: [ios, android], appVersion: { lt: 2.10.0 } }
        serve: off
      - id: nordic-pilot
        when:
          store.country: [NO, SE, DK]
          any:
            - { email: { endsWith: "@partner.example", ignoreCase: true } }
            - { orders: { gte: 50 } }
          not: { segment: opted-out }
        percent: 12.5 # the others go on, to the rollout
        serve: on
    rollout: { to: on, plan: careful }
    serve: off # everyone else
`;

export const BEST_PROJECT = `project: acme-shop
timezone: Europe/Oslo # for \`windows\`; every instant carries its own offset

environments:
  - id: development
  - id: staging
  - id: production
    protected: true
    waves: [{ percent: 1, hold: 60s }, { percent: 10, hold: 60s }, { percent: 50, hold: 60s }]
    freeze:
      - { from: 2026-11-24T00:00:00+01:00, to: 2026-12-01T00:00:00+01:00, reason: Black Friday week }

# What callers send. targetingKey and now are always there; any other name in a file is an error.
attributes:
  accountId: string
  appVersion: semver
  clientIp: ip
  email: string
  orders: number
  platform: [ios, android, web]
  signedUpAt: date
  store.country: [DK, FI, IS, NO, SE]

tags: [checkout]

teams:
  payments: { members: [ada@acme.example, bo@acme.example], contact: "#payments" }
  releases: { members: [gus@acme.example, hal@acme.example], contact: "#releases" }

access:
  - { role: responder, team: releases, environments: [production] }

plans:
  careful:
    stages:
      - { id: staff, audience: { segment: staff }, hold: 15m }
      - { id: canary, percent: 1, hold: 30m, prove: { guard: errors, ratioBelow: 3, within: 24h } }
      - { id: early, percent: 5, hold: 1h }
      - { id: quarter, percent: 25, hold: 4h, approval: releases } # needed to enter
      - { id: half, percent: 50, hold: 4h }
      - { id: full, percent: 100, hold: 24h }
    guards:
      - { id: errors, type: ratio, outcome: http.error, onAlarm: rollback }
      - { id: slow, type: latency, outcome: http.latency, onAlarm: pause }
    holdout: 1
    noData: { after: 10m, action: pause }
    windows: ["Mon-Thu 09:00-16:00"]
    deadline: 21d

limits: { flagsPerTeam: 40, ageDays: 180, jumpPoints: 10, massChange: 30 }
commits: { signatures: optional, reviews: 0, rewrite: refused }
`;

export const BEST_TEST = `cases:
  - name: serves nobody before the rollout begins
    context: { targetingKey: u-1, accountId: acct-1, email: ada@acme.example }
    expect: { development: on, staging: on, production: off }

  - name: lets staff in at the first stage and keeps them
    context: { targetingKey: u-1, accountId: acct-1, email: Ada@Acme.Example }
    stage: quarter
    expect: { production: on }

  - name: leaves out who has no account until everyone is in
    context: { targetingKey: u-1 }
    stage: half
    expect: { production: off }

  - name: needs no account at 100 percent
    stage: full
    expect: { production: on }

  - name: keeps old apps out even when the rollout is done
    context: { accountId: acct-1, platform: ios, appVersion: 2.9.3 }
    stage: done
    expect: { production: off }

  - name: is off without the new ledger
    context: { accountId: acct-1 }
    flags: { payments-v2: off }
    stage: done
    expect: { development: off, production: off }
`;

export const BEST_REST = {
  'payments/payments-v2.yaml': `type: release
owner: payments
description: The new ledger
expires: 2027-02-01
safe: off
environments: { development: on, staging: on, production: on }
`,
  'segments/staff.yaml': `owner: payments
description: People who work here
when: { email: { endsWith: "@acme.example", ignoreCase: true } }
`,
  'segments/opted-out.yaml': `owner: payments
description: Customers who want no experiments
when: { accountId: [acct-404] }
`,
};
