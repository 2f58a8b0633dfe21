import type { Objects } from '../../platform/objects.ts';

/** An object that is pinned, to be read anywhere and more than once. */
export interface SourceFile {
  bytes: number;
  /** Bytes `from` up to, without, `to`. @throws ObjectChanged */
  range(from: number, to: number): Promise<Uint8Array>;
  /** As they arrive. @throws ObjectChanged */
  stream(): Promise<AsyncIterable<Uint8Array>>;
}

export const openSource = (objects: Objects, { key, etag, bytes }: { key: string; etag: string; bytes: number }) => ({
  bytes,
  range: async (from: number, to: number) => {
    const end = Math.min(to, bytes);
    return end <= from ? new Uint8Array() : objects.range(key, etag, from, end - 1);
  },
  stream: () => objects.stream(key, etag),
});
