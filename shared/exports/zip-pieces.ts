import * as z from 'zod';

/** A file within an archive that is written piece by piece. */
export const ZipEntry = z.object({
  name: z.string(),
  /** Where its header begins. */
  at: z.number(),
  crc: z.number(),
  bytes: z.number(),
  packed: z.number(),
});
export type ZipEntry = z.infer<typeof ZipEntry>;

/** Names are UTF-8, and the sizes follow the content. */
const flags = 0x0808;
const deflated = 8;
/** 1 January 1980: the same content makes the same archive. */
const date = 0x21;

const signed = (signature: string, length: number) => {
  const bytes = Buffer.alloc(length);
  bytes.write(signature, 'latin1');
  return bytes;
};

/** What stands before the content of an entry. */
export const entryBegin = ({ name }: ZipEntry): Buffer => {
  const header = signed('PK\u0003\u0004', 30);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(deflated, 8);
  header.writeUInt16LE(date, 12);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
};

/** What stands after it. */
export const entryEnd = ({ crc, packed, bytes }: ZipEntry): Buffer => {
  const descriptor = signed('PK\u0007\u0008', 16);
  descriptor.writeUInt32LE(crc, 4);
  descriptor.writeUInt32LE(packed, 8);
  descriptor.writeUInt32LE(bytes, 12);
  return descriptor;
};

/** What ends an archive; it begins `at` so many bytes. */
export const centralDirectory = (entries: readonly ZipEntry[], at: number): Buffer => {
  const files = entries.map(({ name, crc, packed, bytes, at: headerAt }) => {
    const header = signed('PK\u0001\u0002', 46);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE(flags, 8);
    header.writeUInt16LE(deflated, 10);
    header.writeUInt16LE(date, 14);
    header.writeUInt32LE(crc, 16);
    header.writeUInt32LE(packed, 20);
    header.writeUInt32LE(bytes, 24);
    header.writeUInt16LE(Buffer.byteLength(name), 28);
    header.writeUInt32LE(headerAt, 42);
    return Buffer.concat([header, Buffer.from(name)]);
  });
  const directory = Buffer.concat(files);
  const end = signed('PK\u0005\u0006', 22);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([directory, end]);
};
