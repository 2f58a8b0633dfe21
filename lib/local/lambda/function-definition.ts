/** What the template says of a function. */
export interface FunctionDefinition {
  name: string;
  /** `Stack/LogicalId`, for messages that must lead back to the template. */
  origin: string;
  arn: string;
  roleArn: string;
  /** Folder of its bundle. */
  codeFolder: string;
  /** `index.handler`: file without its ending, and the name of the export. */
  handler: string;
  /** The variables of the template, without those that Lambda adds. */
  environment: Record<string, string>;
  memoryMb: number;
  timeoutSeconds: number;
  reservedConcurrency?: number;
}

/** What a worker is told at its start. */
export interface WorkerSetup {
  codeFolder: string;
  handler: string;
  memoryBytes: number;
}

/** One event for a worker; event and answer cross the threads as JSON, as they would cross the wire. */
export interface Invocation {
  requestId: string;
  event: string;
  /** When the function's time is up, in milliseconds since 1970. */
  deadline: number;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

export interface FunctionError {
  errorType: string;
  errorMessage: string;
  stackTrace?: string[];
}

export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'init-failed'; error: FunctionError }
  | { kind: 'memory-exceeded'; usedBytes: number }
  /** Heap and buffers are those at the end of the invocation or the highest sample, whichever is more. */
  | { kind: 'answer'; payload: string; usedBytes: number }
  | { kind: 'failed'; error: FunctionError; usedBytes: number };
