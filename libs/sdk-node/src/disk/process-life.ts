import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names a process so that another one can tell whether it still lives. */
export interface Life {
  readonly pid: number;
  /** Where the number means something: a boot of a machine and a space of process numbers in it. */
  readonly place: string;
  /** When it began, in the system's own measure; empty where that cannot be known. A number is used again, this is not. */
  readonly born: string;
}

/** A mark is touched so often, for those who cannot see the process itself. */
export const TOUCH_MS = 2_000;
/** A mark that was not touched for so long has nobody who would. */
const UNTOUCHED_MS = 10_000;

/** How one looks for a process: the state and birth of a number, or `undefined` where there is none. */
export interface Sight {
  readonly own: Life;
  look(pid: number): { readonly born: string; readonly isOver: boolean } | 'gone' | 'unknown';
}

/**
 * Whether the process that made a mark lives. One that can be seen is judged by its birth, so that neither a number used
 * again nor a process that was stopped for an hour is taken for another. One in another container or on another machine is
 * judged by the age of its mark. Pure.
 */
export function isAlive(life: Life, sight: Sight, untouchedMs: number): boolean {
  if (life.place === sight.own.place) {
    const seen = sight.look(life.pid);
    if (seen === 'gone') return false;
    if (seen !== 'unknown') return !seen.isOver && seen.born === life.born;
  }
  return Math.abs(untouchedMs) <= UNTOUCHED_MS;
}

/** Sees by Linux's own account of processes, or elsewhere only whether a number is taken. */
export function openSight(): Sight {
  const { pid } = process;
  const seen = lookInProc('self');
  if (typeof seen !== 'object') return { own: { pid, place: hostname(), born: '' }, look: lookBySignal };
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const place = `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
    return { own: { pid, place, born: seen.born }, look: (other) => lookInProc(String(other)) };
  } catch {
    return { own: { pid, place: hostname(), born: '' }, look: lookBySignal };
  }
}

function lookInProc(pid: string): ReturnType<Sight['look']> {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything. Behind it: the state, and as the 20th word the birth.
    const words = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', born = ''] = [words[0], words[19]];
    return { born, isOver: state === 'Z' || state === 'X' };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unknown';
  }
}

function lookBySignal(pid: number): ReturnType<Sight['look']> {
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'unknown';
  }
}
