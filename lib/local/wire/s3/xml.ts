import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { AwsError } from '../engine.ts';

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'Part' || name === 'Object',
});

/** Characters that XML 1.0 can't carry otherwise; keys may hold them. */
function escape(text: string): string {
  return text.replace(/[<>&"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

type Value = string | number | boolean | undefined | readonly Value[] | { readonly [name: string]: Value };

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

function element(name: string, value: Value): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((one) => element(name, one)).join('');
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, inner]) => element(child, inner))
          .join('')
      : escape(String(value));
  return `<${name}>${content}</${name}>`;
}

/** An XML document of nested elements; a list repeats its element, undefined leaves it out. */
export function xmlDocument(name: string, members: { readonly [name: string]: Value }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, members)}`;
}

const Delete = z.object({
  Delete: z.object({
    Object: z
      .array(z.object({ Key: z.string() }))
      .min(1)
      .max(1000),
    Quiet: z.string().optional(),
  }),
});
const Complete = z.object({
  CompleteMultipartUpload: z.object({
    Part: z.array(z.object({ PartNumber: z.coerce.number(), ETag: z.string() })).min(1),
  }),
});

function parse<T>(schema: z.ZodType<T>, body: Buffer): T {
  try {
    return schema.parse(parser.parse(body.toString('utf8')));
  } catch {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
}

/** The keys of a DeleteObjects request. Throws MalformedXML. */
export function parseDelete(body: Buffer): { keys: string[]; quiet: boolean } {
  const { Object: objects, Quiet: quiet } = parse(Delete, body).Delete;
  return { keys: objects.map(({ Key }) => Key), quiet: quiet === 'true' };
}

/** The parts of a CompleteMultipartUpload request, ETags without quotes. Throws MalformedXML. */
export function parseComplete(body: Buffer): { number: number; etag: string }[] {
  return parse(Complete, body).CompleteMultipartUpload.Part.map(({ PartNumber, ETag }) => ({
    number: PartNumber,
    etag: ETag.replaceAll('"', ''),
  }));
}
