import type { Objects } from '../platform/objects.ts';

/** Objects remembered by one reader: a campaign over more derived lists than that reads some of them again. */
const mostRemembered = 4;

/** Sixteen bytes as a string: a third of what the UUID's text would take, a million are some 70 MB. */
const compact = (contactId: string) => Buffer.from(contactId.replaceAll('-', ''), 'hex').toString('latin1');

/** Reads what a derived list leaves out: contact ids, one a line, in any order. Objects are immutable, so remembered. */
export const exclusionReader = (objects: Objects) => {
  const remembered = new Map<string, Promise<(contactId: string) => boolean>>();
  return (key: string): Promise<(contactId: string) => boolean> => {
    const known = remembered.get(key);
    if (known) return known;
    const [oldest] = remembered.keys();
    if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
    const reading = read(objects, key);
    remembered.set(key, reading);
    return reading;
  };
};

const read = async (objects: Objects, key: string) => {
  const excluded = new Set<string>();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of await objects.stream(key)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') excluded.add(compact(line));
  }
  if (rest !== '') excluded.add(compact(rest));
  return (contactId: string) => excluded.has(compact(contactId));
};
