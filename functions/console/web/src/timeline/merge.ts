/** One time line of several lists that come in pages, newest first. */

export interface Timed {
  key: string;
  time: string;
}

export interface Source<Entry extends Timed> {
  entries: Entry[];
  hasMore: boolean;
}

/**
 * The entries of all sources down to where one of them goes on with its next page: below that, something of it might be
 * missing in between. `next` are the sources to read on from.
 */
export function merge<Entry extends Timed, From extends Source<Entry>>(sources: From[]): { entries: Entry[]; next: From[] } {
  const lowest = (source: From) => source.entries.at(-1)?.time ?? "9999";
  const open = sources.filter((source) => source.hasMore);
  const border = open.map(lowest).sort().at(-1) ?? "";
  const entries = sources
    .flatMap((source) => source.entries)
    .filter(({ time }) => time >= border)
    .sort((one, other) => (one.time < other.time ? 1 : one.time > other.time ? -1 : one.key < other.key ? 1 : -1));
  return { entries, next: open.filter((source) => lowest(source) === border) };
}
