const firstWaitMs = 25;
const longestWaitMs = 2_000;
const mostAttempts = 12;

/**
 * Waits before the nth attempt (none before the first): exponential with full jitter, so that those who collided
 * don't meet again. Twelve attempts last some 15 s, longer than any partition takes to split its load.
 * @throws Error when there have been too many
 */
export const backOff = async (attempt: number) => {
  if (attempt === 0) return;
  if (attempt >= mostAttempts) throw new Error(`DynamoDB refused the same request ${mostAttempts} times`);
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt);
  await new Promise((resolve) => {
    setTimeout(resolve, Math.random() * ceiling);
  });
};

export const chunksOf = <T>(items: readonly T[], size: number): T[][] => {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
};
