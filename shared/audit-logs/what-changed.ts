type Values = Record<string, unknown>;

/** What is never recorded, wherever it stands: names of secrets, and of what verifies them. */
const secret = /password|secret|token|hash|sealed|credential|recovery|^code$|^key$/i;

const longestText = 200;
const mostValues = 40;

/** Values as the log keeps them: without secrets, nothing endless. */
export const withoutSecrets = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name, value]) => !secret.test(name) && value !== undefined)
      .slice(0, mostValues)
      .map(([name, value]) => [name, shortened(value)]),
  );

const shortened = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  if (Array.isArray(value)) return value.slice(0, mostValues).map(shortened);
  return typeof value === 'object' && value !== null ? withoutSecrets({ ...value }) : value;
};

/** Bookkeeping that changes with every change. */
const bookkeeping = ['updatedAt', 'version', 'pk', 'sk', 'ttl'];

/** What differs between two states of a thing, on either side; a side that isn't there is left out. */
export const whatChanged = (before: Values | undefined, after: Values | undefined) => {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => !bookkeeping.includes(name) && JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
  const pick = (values: Values) => withoutSecrets(Object.fromEntries(names.map((name) => [name, values[name]])));
  return { ...(before ? { before: pick(before) } : {}), ...(after ? { after: pick(after) } : {}) };
};
