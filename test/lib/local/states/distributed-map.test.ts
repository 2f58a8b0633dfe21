import { afterEach, expect, test } from 'vitest';
import { type FakeFunction, fakeBucket, fakeRuntime, functionArn } from '../support/fake-runtime.ts';
import { outputOf, runDefinition } from '../support/run-definition.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

async function world(functions: Record<string, FakeFunction> = {}) {
  const fake = await fakeRuntime(functions);
  stop = fake.stop;
  return { ...fake, bucket: await fakeBucket(fake.runtime, 'manifests') };
}

const reader = (InputType: string, config: object = {}) => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType, ...config },
  Parameters: { Bucket: 'manifests', 'Key.$': '$.key' },
});
const send = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: functionArn('send'), 'Payload.$': '$' },
  OutputPath: '$.Payload',
  End: true,
};
const distributed = (fields: object, processor: object = { StartAt: 'Send', States: { Send: send } }) => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      End: true,
      ...fields,
    },
  },
});
const jsonLines = (count: number) => Array.from({ length: count }, (_, n) => JSON.stringify({ n })).join('\n');

test('a manifest of JSON lines reaches the children in batches, with the common input', async () => {
  const { runtime, bucket, invocations } = await world({ send: () => ({ sent: 1 }) });
  await bucket.put('manifest.jsonl', `${jsonLines(5)}\n`);
  const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'campaign.$': '$.campaign', run: 1 } };

  const definition = distributed({ ItemReader: reader('JSONL'), ItemBatcher, MaxConcurrency: 1 });
  const execution = await runDefinition(runtime, definition, { key: 'manifest.jsonl', campaign: 'c1' });

  expect(outputOf(execution)).toEqual([{ sent: 1 }, { sent: 1 }, { sent: 1 }]);
  expect(invocations.map(({ event }) => event)).toEqual([
    { BatchInput: { campaign: 'c1', run: 1 }, Items: [{ n: 0 }, { n: 1 }] },
    { BatchInput: { campaign: 'c1', run: 1 }, Items: [{ n: 2 }, { n: 3 }] },
    { BatchInput: { campaign: 'c1', run: 1 }, Items: [{ n: 4 }] },
  ]);
});

test('a batch is closed before it passes its bytes', async () => {
  const { runtime, bucket, invocations } = await world({ send: () => null });
  await bucket.put('m', jsonLines(4));
  const ItemBatcher = { MaxInputBytesPerBatch: '{"Items":[{"n":0},{"n":1}]}'.length };

  await runDefinition(runtime, distributed({ ItemReader: reader('JSONL'), ItemBatcher }), { key: 'm' });

  expect(invocations.map(({ event }) => JSON.stringify(event).length)).toEqual([27, 27]);
});

test('the rows of a CSV and the items of a JSON file are items, as many as MaxItems lets through', async () => {
  const { runtime, bucket } = await world({ send: (event) => event });
  await bucket.put('rows.csv', 'phone,name\n1,"Ann, B"\n2,Cy\n3,Di\n');
  await bucket.put('items.json', '[1,2,3]');

  const rows = await runDefinition(
    runtime,
    distributed({ ItemReader: reader('CSV', { CSVHeaderLocation: 'FIRST_ROW', MaxItems: 2 }) }),
    { key: 'rows.csv' },
  );
  const items = await runDefinition(runtime, distributed({ ItemReader: reader('JSON') }), { key: 'items.json' });

  expect(outputOf(rows)).toEqual([
    { phone: '1', name: 'Ann, B' },
    { phone: '2', name: 'Cy' },
  ]);
  expect(outputOf(items)).toEqual([1, 2, 3]);
});

test('each child sees its own execution, and its item through the selector', async () => {
  const { runtime, bucket } = await world();
  await bucket.put('m', jsonLines(1));
  const look = { Type: 'Pass', Parameters: { 'id.$': '$$.Execution.Id', 'input.$': '$$.Execution.Input' }, End: true };
  const fields = {
    ItemReader: reader('JSONL'),
    ItemSelector: { 'n.$': '$$.Map.Item.Value.n', 'key.$': '$.key' },
    Label: 'Sending',
  };

  const execution = await runDefinition(runtime, distributed(fields, { StartAt: 'Look', States: { Look: look } }), {
    key: 'm',
  });

  expect(outputOf(execution)).toEqual([
    {
      id: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:execution:machine\/Sending:[\w-]+$/),
      input: { n: 0, key: 'm' },
    },
  ]);
});

const failOn = (bad: number) => (event: unknown) => {
  const text = JSON.stringify(event);
  if (text.includes(`"n":${bad}`)) throw new Error('refused');
  return text.length;
};

test('the first failed item fails a map that tolerates none, and no further child starts', async () => {
  const { runtime, bucket, invocations } = await world({ send: failOn(1) });
  await bucket.put('m', jsonLines(1000));

  const definition = distributed({ ItemReader: reader('JSONL'), MaxConcurrency: 1 });
  const execution = await runDefinition(runtime, definition, { key: 'm' });

  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  expect(invocations).toHaveLength(2);
});

test('tolerated failures leave the map a success', async () => {
  const { runtime, bucket } = await world({ send: failOn(1) });
  await bucket.put('m', jsonLines(4));
  const ItemReader = reader('JSONL');

  const byShare = await runDefinition(runtime, distributed({ ItemReader, ToleratedFailurePercentage: 25 }), {
    key: 'm',
  });
  const byCount = await runDefinition(runtime, distributed({ ItemReader, ToleratedFailureCount: 1 }), { key: 'm' });
  const tooMany = await runDefinition(runtime, distributed({ ItemReader, ToleratedFailurePercentage: 24 }), {
    key: 'm',
  });

  expect([byShare.status, byCount.status, tooMany.status]).toEqual(['SUCCEEDED', 'SUCCEEDED', 'FAILED']);
});

test('a ResultWriter leaves a manifest and the results by status', async () => {
  const { runtime, bucket } = await world({ send: failOn(1) });
  await bucket.put('m', jsonLines(3));
  const ResultWriter = {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'manifests', 'Prefix.$': '$.prefix' },
  };
  const definition = distributed({
    ItemReader: reader('JSONL'),
    ItemBatcher: { MaxItemsPerBatch: 1 },
    ToleratedFailurePercentage: 100,
    Label: 'Sending',
    ResultWriter,
    ResultPath: '$.result',
  });

  const execution = await runDefinition(runtime, definition, { key: 'm', prefix: 'runs/1' });

  const MapRunArn = expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:mapRun:machine\/Sending:/);
  const Key = expect.stringMatching(/^runs\/1\/[\w-]+\/manifest\.json$/);
  const output = { key: 'm', result: { MapRunArn, ResultWriterDetails: { Bucket: 'manifests', Key } } };
  expect(outputOf(execution)).toEqual({ ...output, prefix: 'runs/1' });
  const key = /runs[^"]*manifest\.json/.exec(execution.output ?? '')?.[0] ?? '';
  const file = (status: string) => ({ Key: key.replace('manifest', `${status}_0`), Size: expect.any(Number) });
  expect(await bucket.json(key)).toEqual({
    DestinationBucket: 'manifests',
    MapRunArn,
    ResultFiles: { FAILED: [file('FAILED')], PENDING: [], SUCCEEDED: [file('SUCCEEDED')] },
  });
  expect(await bucket.json(file('FAILED').Key)).toEqual([
    expect.objectContaining({ Status: 'FAILED', Error: 'Error', Input: '{"Items":[{"n":1}]}' }),
  ]);
  expect(await bucket.json(file('SUCCEEDED').Key)).toHaveLength(2);
});

test('a manifest that is not there, or broken, is an error that the map can catch', async () => {
  const { runtime, bucket } = await world({ send: () => null });
  await bucket.put('broken', '{"n":0}\n{"n":');
  const Catch = [{ ErrorEquals: ['States.ItemReaderFailed'], ResultPath: '$.error', Next: 'Caught' }];
  const { States, StartAt } = distributed({ ItemReader: reader('JSONL'), Catch });
  const definition = { StartAt, States: { ...States, Caught: { Type: 'Pass', Result: 'caught', End: true } } };

  const missing = await runDefinition(runtime, definition, { key: 'missing' });
  const broken = await runDefinition(runtime, definition, { key: 'broken' });

  expect([outputOf(missing), outputOf(broken)]).toEqual(['caught', 'caught']);
});

test('a path in BatchInput whose key does not say so is refused at the start', async () => {
  const { runtime } = await world();
  const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { campaign: '$.campaign' } };

  const run = runDefinition(runtime, distributed({ ItemReader: reader('JSONL'), ItemBatcher }));

  await expect(run).rejects.toThrow('campaign.$');
});

test('a reader or a field that is not implemented is refused by name', async () => {
  const { runtime } = await world();
  const list = { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: {}, ReaderConfig: { InputType: 'JSON' } };

  await expect(runDefinition(runtime, distributed({ ItemReader: list }))).rejects.toThrow('s3:getObject');
  await expect(
    runDefinition(runtime, distributed({ ItemReader: reader('JSONL', { Transformation: 'X' }) })),
  ).rejects.toThrow('Transformation');
});
