/** What somebody types is kept in the browser until the API has it. */

/** What of a form is kept. */
export interface Kept<Value> {
  value: Value;
  /** The record as the form has read it, and its version. */
  base: Value;
  version?: number;
  /** The body that was last sent, and the key it was sent under: the same body goes under the same key again. */
  sent?: { body: string; key: string };
  /** When it was kept, in milliseconds. */
  at: number;
}

/** Older ones are thrown away: nobody goes on with them. */
const LONGEST = 30 * 24 * 60 * 60 * 1000;
const PREFIX = "draft:";

export function read<Value>(name: string): Kept<Value> | null {
  const text = localStorage.getItem(PREFIX + name);
  if (!text) return null;
  try {
    const kept = JSON.parse(text) as Kept<Value>;
    return Date.now() - kept.at < LONGEST ? kept : null;
  } catch {
    return null;
  }
}

export function keep<Value>(name: string, kept: Kept<Value>): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(kept));
  } catch {
    // The browser's room is full: the page still has what was typed.
  }
}

export function forget(name: string): void {
  localStorage.removeItem(PREFIX + name);
}
