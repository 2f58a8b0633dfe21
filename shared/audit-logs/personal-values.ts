type Values = Record<string, unknown>;

/**
 * Parts values in two: what may stand for ever, with null in place of each personal value, and the personal values in
 * their places. A field is personal by its name, however deep it stands in objects; a list is one value.
 */
export const setApart = (values: Values, personal: readonly string[]): { open: Values; apart: Values } => {
  const parts = Object.entries(values).map(([name, value]) => {
    if (personal.includes(name)) return { name, open: null, apart: value ?? undefined };
    const inner = nested(value);
    if (!inner) return { name, open: value, apart: undefined };
    const { open, apart } = setApart(inner, personal);
    return { name, open, apart: Object.keys(apart).length > 0 ? apart : undefined };
  });
  return {
    open: Object.fromEntries(parts.map(({ name, open }) => [name, open])),
    apart: Object.fromEntries(parts.flatMap(({ name, apart }) => (apart === undefined ? [] : [[name, apart]]))),
  };
};

/** What `setApart` parted, whole again. */
export const putBack = (open: Values | undefined, apart: Values | undefined): Values | undefined => {
  if (!open || !apart) return open;
  const parts = Object.entries(apart).map(([name, value]) => {
    const [kept, inner] = [nested(open[name]), nested(value)];
    return [name, kept && inner ? putBack(kept, inner) : value];
  });
  return { ...open, ...Object.fromEntries(parts) };
};

const nested = (value: unknown): Values | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
