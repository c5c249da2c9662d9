/** One flag with every field that a flag may have, over the best project file; for what must know them all. */
export const FULL_FLAG = `type: experiment
owner: payments
description: |
  Which summary is shown # this is text, not a comment

    indented: deeper
  and a last line with "quotes" and a back\\slash
expires: 2027-02-01
tags: [checkout]
links: ["https://tracker.acme.example/PAY-123", "https://wiki.acme.example/a?b=c,d#e"]
waive: { config-shaped: "Two tested layouts, no setting: a person picks", percent-jump: Agreed with the team }
variants:
  control: { title: "", lines: 3, tall: false, steps: [one, "two, three", 4] }
  long: { title: "on", lines: 12.5, tall: true, steps: ["yes", "- dash", "#hash"] }
safe: control
requires: { payments-v2: [on, off] }
by: [accountId, targetingKey]
salt: summary-2027
environments:
  development: control
  staging: { split: { control: 50, long: 50 }, salt: "" }
  production:
    rules:
      - id: everything
        when:
          all:
            - { email: { matches: '^[a-z]+\\.x@"?acme\\.example$', ignoreCase: true } }
            - any: [{ orders: { gt: 1, lte: 5 } }, { appVersion: { gte: 2.10.0 } }]
          clientIp: { in: [10.0.0.0/8, "2001:db8::/32"] }
          flag: { payments-v2: on }
          not: { any: [{ platform: ios }, { signedUpAt: { lt: 2026-01-01 } }] }
          segment: [staff, opted-out]
          store.country: { exists: false }
          targetingKey: ["u 1", "u,2", 'it''s']
        percent: 12.5
        by: accountId
        salt: everything-2027
        serve: long
    serve: control
`;

/** The same with a rollout whose plan stands in the flag itself. */
export const FULL_ROLLOUT_FLAG = `type: release
owner: payments
description: A flag that brings its own plan
expires: 2027-02-01
essential: true
safe: off
environments:
  production:
    rollout:
      to: on
      plan:
        stages:
          - { id: staff, audience: { segment: staff }, hold: 15m }
          - { id: canary, percent: 1, hold: 30m, prove: { guard: errors, ratioBelow: 3, within: 24h } }
          - { id: full, percent: 100, hold: 24h, approval: releases }
        guards:
          - { id: errors, type: ratio, outcome: http.error, onAlarm: rollback }
          - { id: slow, type: latency, outcome: http.latency, onAlarm: pause }
        holdout: 1
        noData: { after: 10m, action: pause }
        windows: ["Mon-Thu 09:00-16:00", "Fri 09:00-12:00"]
        deadline: 21d
      start: 2026-12-01T09:00:00+01:00
      by: accountId
      salt: own-plan
    serve: off
`;
