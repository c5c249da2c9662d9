// Made from docs/openapi.json by `node docs/write-openapi.mjs`. Do not edit.
export interface paths {
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for a second person, and what was decided. */
        get: operations["listApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["getApproval"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agrees to what somebody else wants to do; that person then asks again. */
        post: operations["grantApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says no to what somebody else wants to do. */
        post: operations["refuseApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the log that fit, newest first. */
        get: operations["searchAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log from its beginning, one line of JSON for each entry or checkpoint. */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the log is whole, and how far signed checkpoints vouch for it. */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether what was merged is what is served, and where not, why. */
        get: operations["getDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every flag, with what each environment serves. */
        get: operations["listFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One flag, with what each environment serves. */
        get: operations["getFlag"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/{key}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How one context is answered now, step by step. Changes nothing. */
        post: operations["explainFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every key, without its secret. */
        get: operations["listKeys"];
        put?: never;
        /** Makes a key. Its text is in this answer and nowhere else. */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One key, without its secret. */
        get: operations["getKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a key at once. */
        post: operations["revokeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a key in the place of another one, which goes on for a while. */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a command needs to send a person to the identity provider. */
        get: operations["describeLogin"];
        put?: never;
        /** Trades what came back from the identity provider for a key. */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the key that the request is made with, where signing in made it. */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whose key this is, and what it may do. */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How notifications fare: what waits at each receiver, and what was given up. */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a notification that tells of nothing to every receiver. */
        post: operations["testNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One notification, and how it fares with each receiver. */
        get: operations["getNotification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes that Guidon offers in Git. */
        get: operations["listProposals"];
        put?: never;
        /** Wants a change offered as a branch and a pull request. */
        post: operations["createProposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["getProposal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/red-button": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is switched off, and what was. */
        get: operations["listKills"];
        put?: never;
        /** Serves the safe variant of everything in the scope, at once. */
        post: operations["pressRedButton"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/red-button/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One kill. */
        get: operations["getKill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/red-button/{id}/revive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a kill. */
        post: operations["reviveKill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest revisions that were judged. */
        get: operations["listRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions/unpin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets environments follow Git again. */
        post: operations["unpin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions/{sha}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One revision, with its findings. */
        get: operations["getRevision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions/{sha}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a held revision go on, after it is judged once more. */
        post: operations["acceptRevision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions/{sha}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Serves an earlier revision in environments, until they are unpinned. */
        post: operations["rollBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every rollout, and where it stands. */
        get: operations["listRollouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened after an event; waits for it if asked to. */
        get: operations["followRollouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rollout: its plan, its guards and what happened to it. */
        get: operations["getRollout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the alarm of a guard away; evidence begins anew. */
        post: operations["acknowledgeAlarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cuts the hold of a stage short. */
        post: operations["advanceRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agrees to the entry of the next stage. */
        post: operations["approveStage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a rollout that has not begun. */
        post: operations["cancelRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops a rollout where it stands. */
        post: operations["pauseRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a rollout anew that has ended. */
        post: operations["restartRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a paused rollout go on. */
        post: operations["resumeRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/roll-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes everybody back to what was served before. */
        post: operations["rollBackRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the Git source and what is served relate. */
        get: operations["getSync"];
        put?: never;
        /** Looks at the Git source now, and answers when that is done. */
        post: operations["runSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed before a moment, the newest first. */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which answers flags gave within the last hours. */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The waves that run, and how they are judged. */
        get: operations["listWaves"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waves/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One running wave. */
        get: operations["getWave"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waves/{id}/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves a wave on to its next stage. */
        post: operations["advanceWave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/waves/{id}/roll-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a wave back: everybody keeps what is stable. */
        post: operations["rollBackWave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptRequest: {
            reason: string;
        };
        ApprovalDocument: {
            id: string;
            action: string;
            about: {
                [key: string]: unknown;
            };
            environments: string[];
            requestedBy: string;
            /** Format: date-time */
            requestedAt: string;
            reason: string;
            /** Format: date-time */
            expiresAt: string;
            /** @enum {string} */
            state: "waiting" | "granted" | "refused" | "used" | "expired";
            decidedBy?: string;
            /** Format: date-time */
            decidedAt?: string;
            decidedWhy?: string;
        };
        ApprovalList: {
            approvals: components["schemas"]["ApprovalDocument"][];
        };
        AuditEntry: {
            sequence: number;
            /** Format: date-time */
            at: string;
            action: string;
            actor: string;
            reason: string;
            subject: {
                [key: string]: unknown;
            };
            environments?: string[];
            commit?: string;
            requestId?: string;
            sourceAddress?: string;
            approval?: {
                id: string;
                by: string;
            };
            previous: string;
            hash: string;
        } & {
            [key: string]: unknown;
        };
        AuditPage: {
            entries: components["schemas"]["AuditEntry"][];
            next?: number;
        };
        AuditVerdict: {
            /** @constant */
            ok: true;
            checked: number;
            head: string;
            checkpoints: {
                proven: number;
                upTo: number;
                unknownKey: number;
                publicKey?: string;
            };
        } | {
            /** @constant */
            ok: false;
            firstBroken: {
                sequence: number;
                reason: string;
            };
        };
        /** @description An admin key belongs to a person, by e-mail, and has no environment; only an admin key has a role. */
        CreateKeyRequest: {
            /** @enum {string} */
            kind: "admin" | "server" | "web";
            owner: string;
            environment?: string;
            /** @enum {string} */
            role?: "access" | "viewer" | "developer" | "responder" | "operator" | "approver" | "admin";
            origins?: string[];
            /** Format: date-time */
            expiresAt?: string;
            reason: string;
        };
        DecideApprovalRequest: {
            reason: string;
        };
        DriftDocument: {
            /** Format: date-time */
            at: string;
            inSync: boolean;
            reasons: string[];
            desired: {
                branch: string;
                commit?: string;
                seenSecondsAgo?: number;
            };
            judged?: {
                commit: string;
                /** @enum {string} */
                state: "accepted" | "partly" | "held" | "rejected";
                secondsAgo: number;
                holds: {
                    kind: string;
                    sentence: string;
                }[];
            };
            environments: {
                environment: string;
                generation: number;
                revision: string;
                sinceSeconds?: number;
                inSync: boolean;
                wave?: {
                    id: string;
                    revision: string;
                    generation: number;
                    stage: number;
                    stages: number;
                    percent: number;
                    sinceSeconds: number;
                };
                waiting?: {
                    revision: string;
                    sentences: string[];
                    sinceSeconds: number;
                    /** @enum {string} */
                    why: "wave" | "pinned" | "freeze";
                    /** Format: date-time */
                    until?: string;
                };
                held?: {
                    revision: string;
                    sentences: string[];
                    sinceSeconds: number;
                    /** @enum {string} */
                    why: "held" | "rolled-back";
                };
            }[];
            removed?: {
                environment: string;
                generation: number;
                revision: string;
                streams?: number;
            }[];
            replicas: {
                id: string;
                role: string;
                leads: boolean;
                seenSecondsAgo: number;
                served: {
                    environment: string;
                    generation: number;
                }[];
                behind: boolean;
            }[];
            instances: {
                known: number;
                generations: {
                    environment: string;
                    generation: number;
                    instances: number;
                    current: boolean;
                }[];
                lagging: {
                    environment: string;
                    instance: string;
                    generation?: number;
                    result?: string;
                    seenSecondsAgo: number;
                }[];
            };
            quarantined: {
                path: string;
                findings: {
                    line: number;
                    code: string;
                    sentence: string;
                }[];
            }[];
            overrides: {
                /** @enum {string} */
                kind: "kill" | "pin" | "rollout";
                id: string;
                environments: string[];
                flags?: number;
                actor?: string;
                reason?: string;
                sinceSeconds?: number;
            }[];
        };
        ExplainRequest: {
            environment?: string;
            context?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            at?: string;
        };
        ExplainedCondition: {
            text: string;
            holds: boolean;
            actual?: unknown;
            parts?: components["schemas"]["ExplainedCondition"][];
        };
        Explanation: {
            flag: string;
            environment: string;
            revision: string;
            steps: ({
                /** @constant */
                step: "kill";
                killed: boolean;
                serves?: string;
            } | {
                /** @constant */
                step: "requirement";
                flag: string;
                variants: string[];
                served?: string;
                met: boolean;
                serves?: string;
            } | {
                /** @constant */
                step: "rule";
                rule: string;
                condition: components["schemas"]["ExplainedCondition"];
                percent?: number;
                draw?: {
                    by: string[];
                    unit?: {
                        attribute: string;
                        value: string;
                    };
                    salt: string;
                    bucket?: number;
                    total: number;
                    ranges: {
                        variant: string;
                        from: number;
                        to: number;
                    }[];
                };
                serves?: string;
            } | {
                /** @constant */
                step: "rollout";
                audience?: components["schemas"]["ExplainedCondition"];
                percent: number;
                draw?: {
                    by: string[];
                    unit?: {
                        attribute: string;
                        value: string;
                    };
                    salt: string;
                    bucket?: number;
                    total: number;
                    ranges: {
                        variant: string;
                        from: number;
                        to: number;
                    }[];
                };
                serves?: string;
            } | {
                /** @constant */
                step: "rollout-not-begun";
            } | {
                /** @constant */
                step: "rest";
                draw?: {
                    by: string[];
                    unit?: {
                        attribute: string;
                        value: string;
                    };
                    salt: string;
                    bucket?: number;
                    total: number;
                    ranges: {
                        variant: string;
                        from: number;
                        to: number;
                    }[];
                };
                serves?: string;
            } | {
                /** @constant */
                step: "safe";
                serves: string;
            })[];
            outcome: {
                value?: unknown;
                variant?: string;
                /** @enum {string} */
                reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";
                /** @enum {string} */
                errorCode?: "FLAG_NOT_FOUND" | "TYPE_MISMATCH" | "GENERAL";
                ruleId?: string;
            };
            generation: number;
        };
        FlagDocument: {
            key: string;
            path: string;
            /** @enum {string} */
            type: "release" | "experiment" | "ops";
            owner: string;
            description: string;
            tags: string[];
            essential: boolean;
            /** Format: date */
            expires?: string;
            /** Format: date */
            review?: string;
            /** Format: date */
            archived?: string;
            safe: string;
            variants: {
                name: string;
                value: unknown;
            }[];
            frozen: boolean;
            environments: {
                environment: string;
                serves: string;
                rules: number;
                rollout: boolean;
                reached?: {
                    id: string;
                    percent: number;
                    audiences: boolean;
                };
                killed: boolean;
                kills: string[];
            }[];
        };
        FlagList: {
            flags: components["schemas"]["FlagDocument"][];
        };
        KeyDocument: {
            id: string;
            /** @enum {string} */
            kind: "admin" | "server" | "web";
            owner: string;
            environment?: string;
            /** @enum {string} */
            role?: "access" | "viewer" | "developer" | "responder" | "operator" | "approver" | "admin";
            /** @constant */
            breakGlass?: true;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            lastUsedAt?: string;
            /** Format: date-time */
            revokedAt?: string;
            replacedBy?: string;
            origins?: string[];
        };
        KeyList: {
            keys: components["schemas"]["KeyDocument"][];
        };
        KillDocument: {
            id: string;
            scope: {
                flag: string;
            } | {
                tag: string;
            } | {
                team: string;
            } | {
                commit: string;
            } | {
                /** @constant */
                rollouts: true;
            } | {
                /** @constant */
                all: true;
            };
            targets: {
                flag: string;
                environment: string;
            }[];
            reason: string;
            actor: string;
            /** Format: date-time */
            pressedAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** @constant */
            overdue?: true;
            continues?: string;
            /** Format: date-time */
            revivedAt?: string;
            revivedBy?: string;
            reviveReason?: string;
        };
        KillList: {
            kills: components["schemas"]["KillDocument"][];
        };
        LoginDocument: {
            authorizationEndpoint: string;
            clientId: string;
            scope: string;
        };
        LoginRequest: {
            callbackUrl: string;
            state: string;
            nonce: string;
            codeVerifier: string;
        };
        LogoutAnswer: {
            /** @constant */
            signedOut: true;
        };
        MeDocument: {
            key: string;
            owner: string;
            breakGlass: boolean;
            teams: string[];
            grants: ({
                role: string;
            } & {
                [key: string]: unknown;
            })[];
            /** Format: date-time */
            expiresAt?: string;
        };
        NewKeyDocument: {
            id: string;
            /** @enum {string} */
            kind: "admin" | "server" | "web";
            owner: string;
            environment?: string;
            /** @enum {string} */
            role?: "access" | "viewer" | "developer" | "responder" | "operator" | "approver" | "admin";
            /** @constant */
            breakGlass?: true;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            lastUsedAt?: string;
            /** Format: date-time */
            revokedAt?: string;
            replacedBy?: string;
            origins?: string[];
            text: string;
        };
        NotificationDocument: {
            notification: {
                /** @constant */
                version: 1;
                id: string;
                /** Format: date-time */
                at: string;
                kind: string;
                sentence: string;
                environment?: string;
                flag?: string;
                environments: string[];
                flags: string[];
                actor: string;
                reason: string;
                link?: string;
            };
            deliveries: {
                receiver: string;
                /** @enum {string} */
                state: "waiting" | "delivered" | "dead";
                attempts: number;
                /** Format: date-time */
                nextAt?: string;
                /** Format: date-time */
                endedAt?: string;
                failure?: string;
            }[];
        };
        NotificationTestAnswer: {
            id: string;
            receivers: string[];
        };
        NotificationTestRequest: {
            reason: string;
        };
        NotificationsDocument: {
            receivers: {
                id: string;
                host?: string;
                waiting: number;
                dead: number;
                /** Format: date-time */
                oldestWaitingAt?: string;
                /** Format: date-time */
                lastDeliveredAt?: string;
                failure?: string;
            }[];
            dead: {
                receiver: string;
                /** @enum {string} */
                state: "waiting" | "delivered" | "dead";
                attempts: number;
                /** Format: date-time */
                nextAt?: string;
                /** Format: date-time */
                endedAt?: string;
                failure?: string;
                id: string;
                sentence: string;
            }[];
        };
        OpenApi: {
            openapi: string;
            paths: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        PinRequest: {
            environments: "all" | string[];
            reason: string;
        };
        PressAnswer: {
            scope: {
                flag: string;
            } | {
                tag: string;
            } | {
                team: string;
            } | {
                commit: string;
            } | {
                /** @constant */
                rollouts: true;
            } | {
                /** @constant */
                all: true;
            };
            targets: {
                flag: string;
                environment: string;
            }[];
            reason: string;
            actor: string;
            /** Format: date-time */
            pressedAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** @constant */
            overdue?: true;
            continues?: string;
            /** Format: date-time */
            revivedAt?: string;
            revivedBy?: string;
            reviveReason?: string;
            id?: string;
            dryRun: boolean;
            /** @enum {string} */
            durability?: "database" | "journal" | "journal+peers";
            reach: {
                replicas: number;
                streams: number;
            };
        };
        PressRequest: {
            scope: {
                flag?: string;
                tag?: string;
                team?: string;
                commit?: string;
                /** @constant */
                rollouts?: true;
                /** @constant */
                all?: true;
            };
            environments: "all" | string[];
            reason: string;
            /** Format: date-time */
            expiresAt?: string;
            dryRun?: boolean;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            /** @enum {string} */
            code: "request-invalid" | "unauthenticated" | "webhook-unsigned" | "login-refused" | "login-not-configured" | "login-unavailable" | "not-permitted" | "not-found" | "flag-not-found" | "environment-not-found" | "approval-needed" | "approval-not-found" | "approval-over" | "key-not-found" | "key-over" | "kill-not-found" | "revision-not-found" | "revision-not-held" | "revision-not-served" | "wave-not-found" | "wave-moved" | "notification-not-found" | "notifications-not-configured" | "rollout-not-found" | "rollout-refused" | "proposal-not-found" | "proposal-conflict" | "proposal-push-refused" | "git-host-failed" | "scope-empty" | "idempotency-conflict" | "precondition-failed" | "origin-not-listed" | "headers-too-large" | "payload-too-large" | "unsupported-media-type" | "too-many-requests" | "streams-exhausted" | "git-unreachable" | "snapshot-unavailable" | "database-unavailable" | "leader-unavailable" | "internal";
            violations?: {
                pointer: string;
                sentence: string;
            }[];
        };
        ProposalDocument: {
            id: string;
            /** @enum {string} */
            kind: "kill" | "archive" | "extend-expiry" | "rollback" | "rollout";
            flag?: string;
            kill?: string;
            rollbackTo?: string;
            branch: string;
            /** @enum {string} */
            state: "wanted" | "open" | "conflict" | "failed" | "merged" | "closed";
            code?: string;
            detail?: string;
            actor: string;
            reason: string;
            /** Format: date-time */
            wantedAt: string;
            /** Format: date-time */
            changedAt: string;
            base?: string;
            commit?: string;
            pullRequest?: {
                number: number;
                url: string;
            };
        };
        ProposalList: {
            proposals: components["schemas"]["ProposalDocument"][];
        };
        /** @description `until` goes with extend-expiry and nothing else, `serve` with archive. */
        ProposalRequest: {
            /** @enum {string} */
            kind: "kill" | "archive" | "extend-expiry";
            flag: string;
            /** Format: date */
            until?: string;
            serve?: string;
            reason: string;
        };
        RevisionDocument: {
            commit: string;
            /** @enum {string} */
            state: "accepted" | "partly" | "held" | "rejected";
            author: string;
            subject: string;
            /** Format: date-time */
            committedAt: string;
            /** Format: date-time */
            judgedAt: string;
            findingCount: number;
            findings?: {
                path: string;
                line: number;
                column: number;
                pointer: string;
                code: string;
                /** @enum {string} */
                severity: "error" | "warning";
                sentence: string;
                fix?: string;
            }[];
            frozen: string[];
            holds: {
                kind: string;
                sentence: string;
                code?: string;
                environment?: string;
                /** Format: date-time */
                until?: string;
                paths?: string[];
            }[];
            provenance?: {
                [key: string]: unknown;
            };
            servedIn: string[];
        };
        RevisionList: {
            revisions: components["schemas"]["RevisionDocument"][];
        };
        ReviveAnswer: {
            id: string;
            scope: {
                flag: string;
            } | {
                tag: string;
            } | {
                team: string;
            } | {
                commit: string;
            } | {
                /** @constant */
                rollouts: true;
            } | {
                /** @constant */
                all: true;
            };
            targets: {
                flag: string;
                environment: string;
            }[];
            reason: string;
            actor: string;
            /** Format: date-time */
            pressedAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** @constant */
            overdue?: true;
            continues?: string;
            /** Format: date-time */
            revivedAt?: string;
            revivedBy?: string;
            reviveReason?: string;
            /** @constant */
            alreadyRevived?: true;
            stillHeld: {
                flag: string;
                environment: string;
                kills: string[];
            }[];
        };
        ReviveRequest: {
            reason: string;
        };
        RevokeKeyRequest: {
            reason: string;
        };
        RollbackAnswer: {
            commit: string;
            environments: {
                environment: string;
                generation: number;
                waiting?: string;
            }[];
            alreadyPinned: boolean;
        };
        RolloutActDocument: {
            rollout: {
                id: string;
                flag: string;
                environment: string;
                owner: string;
                /** @enum {string} */
                phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
                killed: boolean;
                to: string;
                run: number;
                stage: number;
                stageCount: number;
                stageId?: string;
                percent: number;
                reason: string;
                /** Format: date-time */
                since: string;
                waitingFor: {
                    /** @constant */
                    kind: "start";
                    /** Format: date-time */
                    at: string;
                } | {
                    /** @constant */
                    kind: "propagation";
                    sentence: string;
                } | {
                    /** @constant */
                    kind: "hold";
                    doneMs: number;
                    neededMs: number;
                    /** Format: date-time */
                    until: string;
                } | {
                    /** @constant */
                    kind: "evidence";
                    guard?: string;
                    done?: number;
                    needed?: number;
                } | {
                    /** @constant */
                    kind: "freeze";
                    /** Format: date-time */
                    until: string;
                } | {
                    /** @constant */
                    kind: "window";
                    /** Format: date-time */
                    opens?: string;
                } | {
                    /** @constant */
                    kind: "approval";
                    team: string;
                    stage: string;
                } | {
                    /** @constant */
                    kind: "person";
                    /** @enum {string} */
                    act: "resume" | "acknowledge" | "revive" | "restart";
                } | {
                    /** @constant */
                    kind: "nothing";
                };
                version: number;
                stages?: {
                    id: string;
                    audience?: string;
                    percent?: number;
                }[];
            };
            done: string;
        };
        RolloutActRequest: {
            reason: string;
        };
        RolloutApproveRequest: {
            reason: string;
            stage: string;
        };
        RolloutDocument: {
            id: string;
            flag: string;
            environment: string;
            owner: string;
            /** @enum {string} */
            phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
            killed: boolean;
            to: string;
            run: number;
            stage: number;
            stageCount: number;
            stageId?: string;
            percent: number;
            reason: string;
            /** Format: date-time */
            since: string;
            waitingFor: {
                /** @constant */
                kind: "start";
                /** Format: date-time */
                at: string;
            } | {
                /** @constant */
                kind: "propagation";
                sentence: string;
            } | {
                /** @constant */
                kind: "hold";
                doneMs: number;
                neededMs: number;
                /** Format: date-time */
                until: string;
            } | {
                /** @constant */
                kind: "evidence";
                guard?: string;
                done?: number;
                needed?: number;
            } | {
                /** @constant */
                kind: "freeze";
                /** Format: date-time */
                until: string;
            } | {
                /** @constant */
                kind: "window";
                /** Format: date-time */
                opens?: string;
            } | {
                /** @constant */
                kind: "approval";
                team: string;
                stage: string;
            } | {
                /** @constant */
                kind: "person";
                /** @enum {string} */
                act: "resume" | "acknowledge" | "revive" | "restart";
            } | {
                /** @constant */
                kind: "nothing";
            };
            version: number;
            stages?: {
                id: string;
                audience?: string;
                percent?: number;
            }[];
            plan: {
                name?: string;
                hash: string;
                stages: {
                    id: string;
                    audience?: string;
                    percent?: number;
                    holdMs: number;
                    approval?: string;
                    prove?: {
                        guard: string;
                        ratioBelow: number;
                        withinMs: number;
                    };
                    /** @enum {string} */
                    state: "done" | "current" | "ahead";
                }[];
                holdoutPercent: number;
                windows: string[];
                deadlineMs?: number;
            };
            file: {
                path?: string;
                blob: string;
                authors: string[];
            };
            alarm?: {
                guard: string;
                sentence: string;
                /** Format: date-time */
                since: string;
            };
            offered?: {
                hash: string;
                reasons: string[];
            };
            guards: {
                id: string;
                type: string;
                /** @enum {string} */
                onAlarm: "rollback" | "pause";
                /** @enum {string} */
                verdict: "pass" | "fail" | "inconclusive" | "error";
                cause: string;
                reason: string;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            propagation: {
                done: boolean;
                reason: string;
            };
            /** Format: date-time */
            evidenceSince: string;
            /** Format: date-time */
            newestData?: string;
            timeline: {
                sequence: number;
                /** Format: date-time */
                at: string;
                transition: string;
                actor: string;
                cause: string;
                from?: {
                    /** @enum {string} */
                    phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
                    stageId?: string;
                };
                to: {
                    /** @enum {string} */
                    phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
                    stageId?: string;
                };
                evidence?: {
                    [key: string]: unknown;
                };
            }[];
        };
        RolloutFeedDocument: {
            events: {
                sequence: number;
                /** Format: date-time */
                at: string;
                transition: string;
                actor: string;
                cause: string;
                from?: {
                    /** @enum {string} */
                    phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
                    stageId?: string;
                };
                to: {
                    /** @enum {string} */
                    phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
                    stageId?: string;
                };
                evidence?: {
                    [key: string]: unknown;
                };
                rollout: string;
            }[];
            cursor: number;
        };
        RolloutResumeRequest: {
            reason: string;
            stage?: string;
            planHash?: string;
        };
        RolloutsDocument: {
            rollouts: {
                id: string;
                flag: string;
                environment: string;
                owner: string;
                /** @enum {string} */
                phase: "scheduled" | "running" | "awaiting-approval" | "paused" | "rolling-back" | "rolled-back" | "completed" | "cancelled";
                killed: boolean;
                to: string;
                run: number;
                stage: number;
                stageCount: number;
                stageId?: string;
                percent: number;
                reason: string;
                /** Format: date-time */
                since: string;
                waitingFor: {
                    /** @constant */
                    kind: "start";
                    /** Format: date-time */
                    at: string;
                } | {
                    /** @constant */
                    kind: "propagation";
                    sentence: string;
                } | {
                    /** @constant */
                    kind: "hold";
                    doneMs: number;
                    neededMs: number;
                    /** Format: date-time */
                    until: string;
                } | {
                    /** @constant */
                    kind: "evidence";
                    guard?: string;
                    done?: number;
                    needed?: number;
                } | {
                    /** @constant */
                    kind: "freeze";
                    /** Format: date-time */
                    until: string;
                } | {
                    /** @constant */
                    kind: "window";
                    /** Format: date-time */
                    opens?: string;
                } | {
                    /** @constant */
                    kind: "approval";
                    team: string;
                    stage: string;
                } | {
                    /** @constant */
                    kind: "person";
                    /** @enum {string} */
                    act: "resume" | "acknowledge" | "revive" | "restart";
                } | {
                    /** @constant */
                    kind: "nothing";
                };
                version: number;
                stages?: {
                    id: string;
                    audience?: string;
                    percent?: number;
                }[];
            }[];
        };
        RotateKeyRequest: {
            overlapSeconds: number;
            reason: string;
        };
        SyncDocument: {
            source: string;
            branch: string;
            head?: string;
            revision?: string;
            /** @enum {string} */
            state: "never" | "accepted" | "partly" | "held" | "rejected";
            holds?: {
                kind: string;
                sentence: string;
                code?: string;
                environment?: string;
                /** Format: date-time */
                until?: string;
                paths?: string[];
            }[];
            /** Format: date-time */
            lastSyncAt?: string;
            lastError?: string;
            findings: {
                path: string;
                line: number;
                column: number;
                pointer: string;
                code: string;
                /** @enum {string} */
                severity: "error" | "warning";
                sentence: string;
                fix?: string;
            }[];
            findingCount?: number;
            frozen: string[];
            absent: string[];
            environments: {
                environment: string;
                generation: number;
                revision: string;
                flags: number;
                kills: number;
            }[];
            removed?: {
                environment: string;
                generation: number;
                revision: string;
                streams?: number;
            }[];
        };
        SyncRequest: {
            reason: string;
        };
        TimelineDocument: {
            /** Format: date-time */
            around: string;
            /** Format: date-time */
            since: string;
            /** @enum {string} */
            source: "log" | "memory";
            entries: {
                /** Format: date-time */
                at: string;
                kind: string;
                environments: string[];
                flags: string[];
                flagCount: number;
                sentence: string;
                fileCount?: number;
                changes: {
                    file: string;
                    environment?: string;
                    flag?: string;
                    words: string;
                }[];
                changeCount: number;
                touchesServed: boolean;
                actor: string;
                reason: string;
                commit?: string;
                link?: string;
            }[];
            serving?: {
                environment: string;
                generation: number;
                revision: string;
            }[];
            next?: string;
        };
        UnpinAnswer: {
            environments: string[];
        };
        UsageDocument: {
            hours: number;
            environments: {
                environment: string;
                covered: {
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    to: string;
                    instances: number;
                } | null;
                dropped: number;
                outcomes?: string[];
                answers: {
                    flag: string;
                    variant: string;
                    rule?: string;
                    /** @enum {string} */
                    reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";
                    evaluations: number;
                }[];
            }[];
        };
        WaveDocument: {
            id: string;
            environment: string;
            candidate: {
                generation: number;
                hash: string;
                revision: string;
            };
            stable: {
                generation: number;
                hash: string;
                revision: string;
            };
            stage: number;
            stages: {
                percent: number;
                holdMs: number;
            }[];
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            stageSince: string;
            members: {
                candidate: number;
                adopted: number;
                control: number;
            };
            /** @enum {string} */
            decision: "hold" | "advance" | "roll-back";
            cause: string;
            reason: string;
            evidence: {
                instances: string[];
                signals: {
                    [key: string]: {
                        /** @enum {string} */
                        verdict: "pass" | "fail" | "inconclusive" | "error";
                        cause: string;
                        reason: string;
                        candidate: {
                            exposures: number;
                            errors: number;
                        };
                        control: {
                            exposures: number;
                            errors: number;
                        };
                        harm: number;
                        alarmAt: number;
                        phi: number;
                    };
                };
            };
        };
        WaveMoveDocument: {
            id: string;
            environment: string;
            /** @enum {string} */
            moved: "advance" | "finish" | "roll-back";
            stage?: number;
        };
        WaveMoveRequest: {
            reason: string;
            stage?: number;
        };
        WavesDocument: {
            waves: components["schemas"]["WaveDocument"][];
        };
    };
    responses: {
        /** @description `request-invalid`: The request is not valid. */
        "400.request-invalid": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "request-invalid";
                };
            };
        };
        /** @description `login-refused`: Signing in did not succeed. */
        "401.login-refused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "login-refused";
                };
            };
        };
        /** @description `unauthenticated`: A valid key is needed. */
        "401.unauthenticated": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unauthenticated";
                };
            };
        };
        /** @description `not-permitted`: This key may not do that. */
        "403.not-permitted": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "not-permitted";
                };
            };
        };
        /** @description `approval-not-found`: Nothing waits under this id. */
        "404.approval-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "approval-not-found";
                };
            };
        };
        /** @description `environment-not-found`: No such environment. */
        "404.environment-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "environment-not-found";
                };
            };
        };
        /** @description `environment-not-found`: No such environment. `flag-not-found`: No such flag. */
        "404.environment-not-found.flag-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "environment-not-found" | "flag-not-found";
                };
            };
        };
        /** @description `environment-not-found`: No such environment. `revision-not-found`: No such revision. */
        "404.environment-not-found.revision-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "environment-not-found" | "revision-not-found";
                };
            };
        };
        /** @description `flag-not-found`: No such flag. */
        "404.flag-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "flag-not-found";
                };
            };
        };
        /** @description `key-not-found`: No such key. */
        "404.key-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "key-not-found";
                };
            };
        };
        /** @description `kill-not-found`: No such kill. */
        "404.kill-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "kill-not-found";
                };
            };
        };
        /** @description `login-not-configured`: Nobody can sign in here. */
        "404.login-not-configured": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "login-not-configured";
                };
            };
        };
        /** @description `notification-not-found`: No such notification. */
        "404.notification-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "notification-not-found";
                };
            };
        };
        /** @description `proposal-not-found`: No such proposal. */
        "404.proposal-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "proposal-not-found";
                };
            };
        };
        /** @description `revision-not-found`: No such revision. */
        "404.revision-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "revision-not-found";
                };
            };
        };
        /** @description `rollout-not-found`: No such rollout. */
        "404.rollout-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "rollout-not-found";
                };
            };
        };
        /** @description `wave-not-found`: No such wave is running. */
        "404.wave-not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "wave-not-found";
                };
            };
        };
        /** @description `approval-needed`: Somebody else has to agree first. `idempotency-conflict`: The idempotency key was used for another request. */
        "409.approval-needed.idempotency-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "approval-needed" | "idempotency-conflict";
                };
            };
        };
        /** @description `approval-needed`: Somebody else has to agree first. `idempotency-conflict`: The idempotency key was used for another request. `revision-not-held`: This revision waits for nobody. */
        "409.approval-needed.idempotency-conflict.revision-not-held": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "approval-needed" | "idempotency-conflict" | "revision-not-held";
                };
            };
        };
        /** @description `approval-needed`: Somebody else has to agree first. `idempotency-conflict`: The idempotency key was used for another request. `revision-not-served`: This revision was never served to everybody. */
        "409.approval-needed.idempotency-conflict.revision-not-served": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "approval-needed" | "idempotency-conflict" | "revision-not-served";
                };
            };
        };
        /** @description `approval-needed`: Somebody else has to agree first. `idempotency-conflict`: The idempotency key was used for another request. `rollout-refused`: The rollout cannot do that now. */
        "409.approval-needed.idempotency-conflict.rollout-refused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "approval-needed" | "idempotency-conflict" | "rollout-refused";
                };
            };
        };
        /** @description `approval-over`: It was decided already, or its time is over. `idempotency-conflict`: The idempotency key was used for another request. */
        "409.approval-over.idempotency-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "approval-over" | "idempotency-conflict";
                };
            };
        };
        /** @description `idempotency-conflict`: The idempotency key was used for another request. */
        "409.idempotency-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency-conflict";
                };
            };
        };
        /** @description `idempotency-conflict`: The idempotency key was used for another request. `key-over`: This key works no more. */
        "409.idempotency-conflict.key-over": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency-conflict" | "key-over";
                };
            };
        };
        /** @description `idempotency-conflict`: The idempotency key was used for another request. `notifications-not-configured`: There is nobody to notify. */
        "409.idempotency-conflict.notifications-not-configured": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency-conflict" | "notifications-not-configured";
                };
            };
        };
        /** @description `idempotency-conflict`: The idempotency key was used for another request. `rollout-refused`: The rollout cannot do that now. */
        "409.idempotency-conflict.rollout-refused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency-conflict" | "rollout-refused";
                };
            };
        };
        /** @description `idempotency-conflict`: The idempotency key was used for another request. `wave-moved`: The wave is somewhere else by now. */
        "409.idempotency-conflict.wave-moved": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency-conflict" | "wave-moved";
                };
            };
        };
        /** @description `precondition-failed`: It has changed since you read it. */
        "412.precondition-failed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "precondition-failed";
                };
            };
        };
        /** @description `payload-too-large`: The request is too large. */
        "413.payload-too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "payload-too-large";
                };
            };
        };
        /** @description `unsupported-media-type`: The body must be JSON. */
        "415.unsupported-media-type": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unsupported-media-type";
                };
            };
        };
        /** @description `scope-empty`: The scope matches no flag. */
        "422.scope-empty": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "scope-empty";
                };
            };
        };
        /** @description `too-many-requests`: Too many requests. */
        "429.too-many-requests": {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "too-many-requests";
                };
            };
        };
        /** @description `internal`: Something went wrong on our side. */
        "500.internal": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "internal";
                };
            };
        };
        /** @description `database-unavailable`: The database cannot be reached. */
        "503.database-unavailable": {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "database-unavailable";
                };
            };
        };
        /** @description `database-unavailable`: The database cannot be reached. `git-unreachable`: The Git source cannot be reached. `leader-unavailable`: The leading server did not act. */
        "503.database-unavailable.git-unreachable.leader-unavailable": {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "database-unavailable" | "git-unreachable" | "leader-unavailable";
                };
            };
        };
        /** @description `database-unavailable`: The database cannot be reached. `login-unavailable`: The identity provider cannot be reached. */
        "503.database-unavailable.login-unavailable": {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "database-unavailable" | "login-unavailable";
                };
            };
        };
        /** @description `database-unavailable`: The database cannot be reached. `snapshot-unavailable`: Nothing good has been loaded yet. */
        "503.database-unavailable.snapshot-unavailable": {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "database-unavailable" | "snapshot-unavailable";
                };
            };
        };
    };
    parameters: {
        /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
        IdempotencyKey: string;
        /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
        IfMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description What the thing is, in one word: send it as `If-Match` with what you do to it. */
        ETag: string;
        /** @description After how many whole seconds the same request may go better. */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listApprovals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalList"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.approval-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    grantApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideApprovalRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.approval-not-found"];
            409: components["responses"]["409.approval-over.idempotency-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    refuseApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideApprovalRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.approval-not-found"];
            409: components["responses"]["409.approval-over.idempotency-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    searchAudit: {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                approver?: string;
                author?: string;
                commit?: string;
                environment?: string;
                flag?: string;
                key?: string;
                owner?: string;
                pullRequest?: string;
                reason?: string;
                requestId?: string;
                sourceAddress?: string;
                text?: string;
                since?: string;
                until?: string;
                before?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    exportAudit: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getDrift: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listFlags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagList"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getFlag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.flag-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    explainFlag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExplainRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.environment-not-found.flag-not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            409: components["responses"]["409.idempotency-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.key-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeKeyRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.key-not-found"];
            409: components["responses"]["409.idempotency-conflict.key-over"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateKeyRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.key-not-found"];
            409: components["responses"]["409.idempotency-conflict.key-over"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    describeLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            404: components["responses"]["404.login-not-configured"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable.login-unavailable"];
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.login-refused"];
            404: components["responses"]["404.login-not-configured"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable.login-unavailable"];
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogoutAnswer"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    testNotifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotificationTestRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationTestAnswer"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            409: components["responses"]["409.idempotency-conflict.notifications-not-configured"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.notification-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenApi"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listProposals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalList"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    createProposal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProposalRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.flag-not-found"];
            409: components["responses"]["409.idempotency-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable.snapshot-unavailable"];
        };
    };
    getProposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.proposal-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listKills: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillList"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    pressRedButton: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PressRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PressAnswer"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.environment-not-found.flag-not-found"];
            409: components["responses"]["409.idempotency-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.scope-empty"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable.snapshot-unavailable"];
        };
    };
    getKill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.kill-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    reviveKill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviveRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviveAnswer"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.kill-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listRevisions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionList"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    unpin: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnpinAnswer"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.environment-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getRevision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.revision-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    acceptRevision: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                sha: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.revision-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict.revision-not-held"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable.git-unreachable.leader-unavailable"];
        };
    };
    rollBack: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                sha: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RollbackAnswer"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.environment-not-found.revision-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict.revision-not-served"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listRollouts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutsDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    followRollouts: {
        parameters: {
            query?: {
                after?: string;
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutFeedDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getRollout: {
        parameters: {
            query?: {
                before?: string;
                limit?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    acknowledgeAlarm: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutActRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    advanceRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutActRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    approveStage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutApproveRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    cancelRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutActRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    pauseRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutActRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    restartRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutActRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    resumeRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutResumeRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.approval-needed.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    rollBackRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloutActRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutActDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.rollout-not-found"];
            409: components["responses"]["409.idempotency-conflict.rollout-refused"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getSync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    runSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            409: components["responses"]["409.idempotency-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable.git-unreachable.leader-unavailable"];
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                around?: string;
                within?: string;
                environment?: string;
                flag?: string;
                limit?: string;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.environment-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getUsage: {
        parameters: {
            query?: {
                environment?: string;
                flag?: string;
                hours?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    listWaves: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WavesDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    getWave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaveDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.wave-not-found"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    advanceWave: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaveMoveRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaveMoveDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.wave-not-found"];
            409: components["responses"]["409.idempotency-conflict.wave-moved"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
    rollBackWave: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaveMoveRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaveMoveDocument"];
                };
            };
            400: components["responses"]["400.request-invalid"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.not-permitted"];
            404: components["responses"]["404.wave-not-found"];
            409: components["responses"]["409.idempotency-conflict.wave-moved"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            429: components["responses"]["429.too-many-requests"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.database-unavailable"];
        };
    };
}
