/** A condition on one item, as a value: stores say what must hold, the table writes DynamoDB's expression. */
export type Condition =
  | { kind: 'exists' | 'missing'; attribute: string }
  | { kind: '=' | '<' | '<=' | '>' | '>=' | '<>'; attribute: string; value: unknown }
  | { kind: 'in'; attribute: string; values: readonly unknown[] }
  | { kind: 'and' | 'or'; conditions: readonly Condition[] };

export const exists = (attribute: string): Condition => ({ kind: 'exists', attribute });
export const missing = (attribute: string): Condition => ({ kind: 'missing', attribute });
export const equals = (attribute: string, value: unknown): Condition => ({ kind: '=', attribute, value });
export const differs = (attribute: string, value: unknown): Condition => ({ kind: '<>', attribute, value });
export const lessThan = (attribute: string, value: unknown): Condition => ({ kind: '<', attribute, value });
export const moreThan = (attribute: string, value: unknown): Condition => ({ kind: '>', attribute, value });
export const oneOf = (attribute: string, values: readonly unknown[]): Condition => ({ kind: 'in', attribute, values });
export const and = (...conditions: Condition[]): Condition => ({ kind: 'and', conditions });
export const or = (...conditions: Condition[]): Condition => ({ kind: 'or', conditions });

/** What an update does to an item. Attribute names may be paths into maps: `lists.3f…`. */
export interface Change {
  set?: Record<string, unknown>;
  /** Sets what isn't there yet, and leaves what is. */
  setOnce?: Record<string, unknown>;
  add?: Record<string, number>;
  remove?: readonly string[];
}

/** Names and values of one expression, in the placeholders that DynamoDB asks for. */
export class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};

  /** `a.b` becomes `#n0.#n1`: a path, each part a placeholder. */
  name(path: string): string {
    return path
      .split('.')
      .map((part) => {
        const known = Object.entries(this.names).find(([, name]) => name === part);
        if (known) return known[0];
        const placeholder = `#n${Object.keys(this.names).length}`;
        this.names[placeholder] = part;
        return placeholder;
      })
      .join('.');
  }

  value(value: unknown): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  /** The attributes as a request takes them: an empty map is refused by DynamoDB, so it is left out. */
  get attributes() {
    return {
      ...(Object.keys(this.names).length > 0 ? { ExpressionAttributeNames: this.names } : {}),
      ...(Object.keys(this.values).length > 0 ? { ExpressionAttributeValues: this.values } : {}),
    };
  }
}

export const conditionExpression = (condition: Condition, placeholders: Placeholders): string => {
  switch (condition.kind) {
    case 'exists':
      return `attribute_exists(${placeholders.name(condition.attribute)})`;
    case 'missing':
      return `attribute_not_exists(${placeholders.name(condition.attribute)})`;
    case 'in': {
      const values = condition.values.map((value) => placeholders.value(value)).join(', ');
      return `${placeholders.name(condition.attribute)} IN (${values})`;
    }
    case 'and':
    case 'or': {
      const parts = condition.conditions.map((part) => conditionExpression(part, placeholders));
      return `(${parts.join(condition.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '<>':
      return `${placeholders.name(condition.attribute)} ${condition.kind} ${placeholders.value(condition.value)}`;
  }
};

export const updateExpression = (change: Change, placeholders: Placeholders): string => {
  const set = [
    ...Object.entries(change.set ?? {}).map(
      ([path, value]) => `${placeholders.name(path)} = ${placeholders.value(value)}`,
    ),
    ...Object.entries(change.setOnce ?? {}).map(([path, value]) => {
      const name = placeholders.name(path);
      return `${name} = if_not_exists(${name}, ${placeholders.value(value)})`;
    }),
  ];
  const add = Object.entries(change.add ?? {}).map(
    ([path, by]) => `${placeholders.name(path)} ${placeholders.value(by)}`,
  );
  const remove = (change.remove ?? []).map((path) => placeholders.name(path));
  return [
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(add.length > 0 ? [`ADD ${add.join(', ')}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
  ].join(' ');
};

/** The request fields of a condition; a failure then answers the item that stood against it. */
export const guard = (condition: Condition | undefined, placeholders: Placeholders) =>
  condition
    ? {
        ConditionExpression: conditionExpression(condition, placeholders),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      }
    : {};
