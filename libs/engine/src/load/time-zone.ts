/**
 * Whether the runtime's own list of time zones has this one (IANA names, such as `Europe/Oslo`, in any case). A zone
 * that nobody knows would be noticed only when the first window should open.
 */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
