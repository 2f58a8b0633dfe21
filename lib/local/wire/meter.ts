import type { AwsCall, ServiceName } from './engine.ts';

/** What one caller used of one operation since the last reset. */
export interface MeterRow {
  /** ARN of the role that called, or the service principal. */
  principal: string;
  service: ServiceName;
  operation: string;
  requests: number;
  /** Requests that were answered with an error, denials and injected faults included. */
  failures: number;
  readUnits: number;
  writeUnits: number;
  /** Requests as SQS bills them (64 KiB each), and as S3 prices them: see `tier`. */
  billedRequests: number;
  /** S3 only: `put` (PUT, COPY, POST, LIST), `get` (everything else that costs), `free` (DELETE, abort). */
  tier?: 'put' | 'get' | 'free';
  bytesIn: number;
  bytesOut: number;
}

export interface MeterReading {
  failed: boolean;
  units?: { read: number; write: number };
  bytesIn: number;
  bytesOut: number;
}

export interface Meter {
  record(principal: string, call: Pick<AwsCall, 'service' | 'action'>, reading: MeterReading): void;
  /** A copy of all rows, sorted by principal, service and operation. */
  snapshot(): MeterRow[];
  reset(): void;
}

const putTier = new Set([
  'PutObject',
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'ListObjectsV2',
  'ListBuckets',
]);
const sqsRequestBytes = 64 * 1024;

function tierOf(operation: string): MeterRow['tier'] {
  if (putTier.has(operation)) return 'put';
  return operation.startsWith('Delete') || operation.startsWith('Abort') ? 'free' : 'get';
}

function billed(service: ServiceName, reading: MeterReading): number {
  if (service !== 'sqs') return 1;
  return Math.max(1, Math.ceil(Math.max(reading.bytesIn, reading.bytesOut) / sqsRequestBytes));
}

/** Counts what every role uses, by service and operation, in the units in which AWS bills it. */
export function createMeter(): Meter {
  const rows = new Map<string, MeterRow>();
  return {
    record(principal, { service, action }, reading) {
      const key = `${principal} ${service} ${action}`;
      let row = rows.get(key);
      if (!row) {
        row = {
          principal,
          service,
          operation: action,
          requests: 0,
          failures: 0,
          readUnits: 0,
          writeUnits: 0,
          billedRequests: 0,
          bytesIn: 0,
          bytesOut: 0,
        };
        if (service === 's3') row.tier = tierOf(action);
        rows.set(key, row);
      }
      row.requests += 1;
      row.failures += reading.failed ? 1 : 0;
      row.readUnits += reading.units?.read ?? 0;
      row.writeUnits += reading.units?.write ?? 0;
      row.billedRequests += billed(service, reading);
      row.bytesIn += reading.bytesIn;
      row.bytesOut += reading.bytesOut;
    },
    snapshot: () => [...rows.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row })),
    reset: () => rows.clear(),
  };
}
