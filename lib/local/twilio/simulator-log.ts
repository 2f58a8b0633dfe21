/** Where the simulator writes what it did: one structured line each. */
export type SimulatorLog = (line: {
  level: 'info' | 'warn' | 'error';
  source: string;
  message: string;
  [field: string]: unknown;
}) => void;
