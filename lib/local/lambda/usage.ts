/** What a function used since the start, in the units in which Lambda bills it. */
export interface FunctionUsage {
  name: string;
  memoryMb: number;
  invocations: number;
  failures: number;
  throttles: number;
  coldStarts: number;
  billedMs: number;
  /** Loading the code at cold starts, billed as well. */
  initMs: number;
  /** Highest sample of heap and buffers, in MB. */
  peakMemoryMb: number;
  bytesLogged: number;
}

export const createUsage = (name: string, memoryMb: number): FunctionUsage => ({
  name,
  memoryMb,
  invocations: 0,
  failures: 0,
  throttles: 0,
  coldStarts: 0,
  billedMs: 0,
  initMs: 0,
  peakMemoryMb: 0,
  bytesLogged: 0,
});
