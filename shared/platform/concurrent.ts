/** Runs `work` for every item, at most `limit` at once, and answers in the items' order. The first failure is thrown. */
export const mapConcurrently = async <T, A>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<A>,
): Promise<A[]> => {
  const answers: A[] = [];
  const entries = items.entries();
  // One iterator shared by all lanes: each takes the next item when it is free.
  const lane = async () => {
    for (const [index, item] of entries) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return answers;
};
