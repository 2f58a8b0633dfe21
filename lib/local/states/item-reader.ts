import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import type { MapState } from './definition.ts';
import { type Context, type Json, json, payloadTemplate } from './payload-template.ts';
import { StateError } from './state-error.ts';

type ReaderConfig = NonNullable<MapState['ItemReader']>['ReaderConfig'];
const Location = z.strictObject({ Bucket: z.string(), Key: z.string(), VersionId: z.string().optional() });
const delimiters = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;
const parsers = { JSON: wholeArray, JSONL: lines, CSV: csv } as const;

/**
 * The items that an ItemReader names, read from S3 as they are asked for (JSON whole: an array ends only at its end).
 * Fails with States.ItemReaderFailed.
 */
export function itemReader({
  Parameters,
  ReaderConfig: config,
}: NonNullable<MapState['ItemReader']>): (input: Json, context: Context, s3: S3Client) => AsyncGenerator<Json> {
  const location = payloadTemplate(Parameters);
  return async function* (input, context, s3) {
    let taken = 0;
    try {
      const { Body } = await s3.send(new GetObjectCommand(Location.parse(await location(input, context))));
      if (!(Body instanceof Readable)) throw new Error('The object has no body');
      for await (const item of parsers[config.InputType](Body, config)) {
        yield item;
        if (++taken === config.MaxItems) return;
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'States.Runtime') throw error;
      const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new StateError('States.ItemReaderFailed', `After ${taken} items: ${cause}`);
    }
  };
}

async function* wholeArray(body: Readable): AsyncGenerator<Json> {
  const items = json.parse(JSON.parse(Buffer.concat(await body.toArray()).toString('utf8')));
  if (!Array.isArray(items)) throw new Error('The file holds no array');
  yield* items;
}

async function* lines(body: Readable): AsyncGenerator<Json> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const found = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = found.pop() ?? '';
    for (const line of found) if (line.trim() !== '') yield json.parse(JSON.parse(line));
  }
  if (rest.trim() !== '') yield json.parse(JSON.parse(rest));
}

function csv(body: Readable, config: ReaderConfig): AsyncIterable<Json> {
  const columns = config.CSVHeaderLocation === 'GIVEN' ? (config.CSVHeaders ?? []) : true;
  const parser = parse({ columns, bom: true, delimiter: delimiters[config.CSVDelimiter ?? 'COMMA'] });
  body.on('error', (error: CsvError) => parser.destroy(error));
  return body.pipe(parser);
}
