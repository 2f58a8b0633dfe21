/**
 * Runs inside a worker thread: loads one function's bundle and answers one event after another. It is to the bundle
 * what Lambda's Node.js runtime is; the process around it is the runtime's, so nothing here may touch global state.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionError, Invocation, WorkerMessage, WorkerSetup } from './function-definition.ts';

/** Often enough to catch a burst of buffers, seldom enough to cost nothing. */
const sampleEveryMs = 50;
/** Lambda refuses a synchronous answer above 6 MB. */
const maxAnswerBytes = 6_291_556;

const setup: WorkerSetup = workerData;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
const say = (message: WorkerMessage) => parentPort?.postMessage(message);

function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  const stackTrace = error.stack?.split('\n').map((line) => line.trim());
  return { errorType: error.name, errorMessage: error.message, ...(stackTrace && { stackTrace }) };
}

async function load(): Promise<(event: unknown, context: unknown) => unknown> {
  const dot = setup.handler.lastIndexOf('.');
  const [file, name] = [setup.handler.slice(0, dot), setup.handler.slice(dot + 1)];
  const path = ['mjs', 'js', 'cjs'].map((ending) => join(setup.codeFolder, `${file}.${ending}`)).find(existsSync);
  if (!path) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const bundle: Record<string, unknown> = await import(pathToFileURL(path).href);
  const handler = bundle[name];
  if (typeof handler === 'function') return (event, context): unknown => handler(event, context);
  throw Object.assign(new Error(`${setup.handler} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

async function answer(handler: (event: unknown, context: unknown) => unknown, invocation: Invocation): Promise<void> {
  const { requestId, deadline, functionName, functionArn, memoryMb } = invocation;
  const context = {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  let highest = 0;
  const sample = () => {
    const used = usedBytes();
    highest = Math.max(highest, used);
    if (used > setup.memoryBytes) say({ kind: 'memory-exceeded', usedBytes: used });
  };
  const sampling = setInterval(sample, sampleEveryMs);
  try {
    const result: unknown = await handler(JSON.parse(invocation.event), context);
    const payload = JSON.stringify(result ?? null);
    if (payload.length * 3 > maxAnswerBytes && Buffer.byteLength(payload) > maxAnswerBytes)
      throw Object.assign(new Error('Response payload size exceeded maximum allowed payload size (6291556 bytes).'), {
        name: 'Function.ResponseSizeTooLarge',
      });
    sample();
    say({ kind: 'answer', payload, usedBytes: highest });
  } catch (error) {
    sample();
    say({ kind: 'failed', error: describe(error), usedBytes: highest });
  } finally {
    clearInterval(sampling);
  }
}

try {
  const handler = await load();
  parentPort?.on('message', (invocation: Invocation) => void answer(handler, invocation));
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'init-failed', error: describe(error) });
}
