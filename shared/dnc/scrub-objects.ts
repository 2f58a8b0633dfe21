import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { SliceMember } from './jobs.ts';

/** What a scrub keeps in the bucket of runs: its slices, its manifest, and who matched. */
export const scrubObjects = (objects: Objects, organizationId: OrganizationId, scrubId: string) => {
  const folder = `runs/${organizationId}/scrubs/${scrubId}`;
  const sliceKey = (slice: number) => `${folder}/slices/${slice}.jsonl`;
  const matchesKey = (slice: number) => `${folder}/matches/${slice}.txt`;
  /** Matches that are gone must never read as nobody on Do-Not-Call. */
  const standing = async (key: string) => {
    const text = await objects.text(key);
    if (text === undefined) throw new Error(`The scrub's object ${key} is gone`);
    return text;
  };
  return {
    manifestKey: `${folder}/manifest.jsonl`,
    /** What the clean list leaves out. Kept as long as the list, so outside the folder that expires. */
    exclusionsKey: `exclusions/${organizationId}/${scrubId}.txt`,

    putSlice: (slice: number, members: readonly SliceMember[]) =>
      objects.put(sliceKey(slice), lines(members.map((member) => JSON.stringify(member))), 'application/x-ndjson'),

    slice: async (slice: number): Promise<SliceMember[]> =>
      linesOf(await standing(sliceKey(slice))).map((line) => SliceMember.parse(JSON.parse(line))),

    putManifest: (slices: number) =>
      objects.put(
        `${folder}/manifest.jsonl`,
        lines(Array.from({ length: slices }, (_, slice) => JSON.stringify({ slice }))),
        'application/x-ndjson',
      ),

    putMatches: (slice: number, contactIds: readonly string[]) =>
      objects.put(matchesKey(slice), lines(contactIds), 'text/plain'),

    /** Gathers the matches of all slices, in their order, into one object. */
    gatherMatches: async (slices: number) => {
      const texts: string[] = [];
      for (let slice = 0; slice < slices; slice += 1) texts.push(await standing(matchesKey(slice)));
      await objects.put(`exclusions/${organizationId}/${scrubId}.txt`, texts.join(''), 'text/plain');
    },
  };
};

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('');
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
