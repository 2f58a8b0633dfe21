import { type AwsCall, AwsError } from '../engine.ts';
import type { StoredObject } from './bucket-store.ts';
import { parameter } from './receive.ts';

const failed = (condition: string) =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

const unquote = (etag: string) => etag.trim().replace(/^W\//, '').replaceAll('"', '');
const lists = (header: string, etag: string) =>
  header.split(',').some((one) => one.trim() === '*' || unquote(one) === etag);

/** Checks If-Match and If-None-Match of a write. Throws PreconditionFailed, or NoSuchKey for If-Match on nothing. */
export function checkWriteConditions(call: AwsCall, current: StoredObject | undefined): void {
  const ifNoneMatch = parameter(call, 'if-none-match');
  const ifMatch = parameter(call, 'if-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'If-None-Match of a write takes only *.', 501);
  }
  if (ifNoneMatch === '*' && current) throw failed('If-None-Match');
  if (ifMatch === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!lists(ifMatch, current.etag)) throw failed('If-Match');
}

/**
 * Checks the conditions of a read, or of a copy's source with `prefix` `x-amz-copy-source-`.
 * Throws PreconditionFailed (412) or NotModified (304).
 */
export function checkReadConditions(call: AwsCall, object: StoredObject, prefix = ''): void {
  const ifMatch = parameter(call, `${prefix}if-match`);
  const ifNoneMatch = parameter(call, `${prefix}if-none-match`);
  const since = Date.parse(parameter(call, `${prefix}if-modified-since`) ?? '');
  const until = Date.parse(parameter(call, `${prefix}if-unmodified-since`) ?? '');
  // HTTP dates have whole seconds.
  const modified = Math.floor(object.modifiedAt / 1000) * 1000;

  if (ifMatch !== undefined && !lists(ifMatch, object.etag)) throw failed('If-Match');
  if (ifMatch === undefined && modified > until) throw failed('If-Unmodified-Since');
  const same = ifNoneMatch !== undefined ? lists(ifNoneMatch, object.etag) : modified <= since;
  if (!same) return;
  if (prefix) throw failed('x-amz-copy-source-If-None-Match');
  throw new AwsError('NotModified', 'Not Modified', 304);
}

/** First and last byte of a `Range`, or undefined for the whole object. Throws InvalidRange (416). */
export function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === '' && Number(last) === 0)) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      RangeRequested: header,
      ActualObjectSize: size,
    });
  }
  return { start, end };
}
