import type { ApiClient } from '../lib/api-client.ts';
import { type Bench, figure } from './support/bench.ts';
import { importTimed } from './support/contact-file.ts';
import { signUp } from './support/organization.ts';
import { withStack } from './support/stack.ts';

const smallRows = 500;
const usualRows = 15_000;
const rounds = 9;
/** measures.md: of the small import alone. */
const mostRatio = 2;

export const fairnessBench: Bench = {
  about: 'how much longer a small import takes while another organization imports a large file',
  run: (options, report) =>
    withStack(options, async (stack) => {
      const large = (await signUp(stack.apiUrl)).api;
      // Warms up.
      await importTimed(large, smallRows);
      const alone: number[] = [];
      for (let round = 0; round < rounds; round += 1) alone.push(await smallImport(stack.apiUrl));

      const rows = options.rows ?? usualRows;
      let running = true;
      const largeImport = importLarge(large, rows).finally(() => {
        running = false;
      });
      const beside: number[] = [];
      while (beside.length < rounds) {
        const seconds = await smallImport(stack.apiUrl);
        // What ended after the large one was not beside it.
        if (!running) break;
        beside.push(seconds);
      }
      const largeSeconds = await largeImport;
      if (beside.length === 0) throw new Error('The large import was over first: choose more --rows');
      const ratio = median(beside) / median(alone);
      report(
        `${figure(smallRows)} rows take ${ratio.toFixed(2)} times as long (at most ${mostRatio}): ${median(alone).toFixed(2)} s alone, ${median(beside).toFixed(2)} s beside ${figure(rows)} rows, which took ${largeSeconds.toFixed(1)} s`,
        { measure: 'fairness', ratio, atMost: mostRatio, smallRows, rows, alone, beside, largeSeconds },
      );
    }),
};

/** Each in an organization of its own: contacts that exist already take another way. */
const smallImport = async (apiUrl: string) => (await importTimed((await signUp(apiUrl)).api, smallRows)).seconds;

const importLarge = async (api: ApiClient, rows: number) => (await importTimed(api, rows)).seconds;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
