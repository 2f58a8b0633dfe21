import { ConditionFailed } from './table.ts';
import { TransactionRefused } from './transact.ts';

/** Makes a conditional write whose refusal is an answer: whether it was made. Every other error passes through. */
export const unlessRefused = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed || error instanceof TransactionRefused) return false;
    throw error;
  }
};
