import { styleText } from 'node:util';

/** Where a person sees how the demo goes: on a terminal a bar that moves, elsewhere a line at each quarter. */
export interface Progress {
  step(title: string): void;
  /** `fraction` from 0 to 1, with words beside. */
  move(fraction: number, words: string): void;
  done(words: string): void;
}

const width = 32;

export const terminalProgress = (out: NodeJS.WriteStream): Progress => {
  let title = '';
  let quarter = 0;
  const line = (text: string) => {
    if (out.isTTY) out.write(`\r\u001b[2K${text}`);
  };
  return {
    step: (next) => {
      title = next;
      quarter = 0;
      line(`  ${title}`);
    },
    move: (fraction, words) => {
      const full = Math.round(Math.min(1, fraction) * width);
      const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
      line(`  ${title.padEnd(22)} ${styleText('cyan', bar)} ${words}`);
      const reached = Math.floor(fraction * 4);
      if (!out.isTTY && reached > quarter && reached < 4) out.write(`  ${title}: ${reached * 25} % ${words}\n`);
      quarter = Math.max(quarter, reached);
    },
    done: (words) => {
      line('');
      out.write(`${styleText('green', '✓')} ${title.padEnd(22)} ${words}\n`);
    },
  };
};
