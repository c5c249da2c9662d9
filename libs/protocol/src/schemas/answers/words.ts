import { z } from 'zod';

/** RFC 3339. */
export const instant = z.iso.datetime({ offset: true });
/** Of a commit, in full. */
export const commit = z.string();
/** By its id. */
export const environment = z.string();
/** A flag's key. */
export const flag = z.string();
export const wholeNumber = z.int();
/** Names of things that have no fixed set of fields. */
export const openObject = z.record(z.string(), z.unknown());
