/** Why the local stack could not start, in the three parts that help: what, why, and how to solve it. */
export class LaunchError extends Error {
  readonly why: string;
  readonly solutions: readonly string[];
  constructor(what: string, why: string, solutions: readonly string[], options?: ErrorOptions) {
    super(what, options);
    this.name = 'LaunchError';
    this.why = why;
    this.solutions = solutions;
  }
}

/** The error as a person reads it; the stack trace only when they asked for it. */
export function explain(error: unknown, debug: boolean, logFile?: string): string {
  const known = error instanceof LaunchError;
  const what = error instanceof Error ? error.message : String(error);
  const lines = known
    ? [`✘ ${what}`, '', `  ${error.why.replaceAll('\n', '\n  ')}`]
    : [`✘ The local stack could not start`, '', `  ${what.replaceAll('\n', '\n  ')}`];
  const solutions = known ? error.solutions : ['Run it again with --debug to see where this comes from.'];
  if (solutions.length > 0) lines.push('', '  How to solve it:', ...solutions.map((solution) => `  - ${solution}`));
  if (logFile) lines.push('', `  The log is ${logFile}`);
  if (debug && error instanceof Error)
    lines.push('', String(error.cause instanceof Error ? error.cause.stack : error.stack));
  return `${lines.join('\n')}\n`;
}
