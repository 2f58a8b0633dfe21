import { createHash } from 'node:crypto';

/**
 * The name of a resource: the one that the template gives as a plain string under `property`, else stack and logical
 * id, cut to `longest` characters with a digest that keeps it unique.
 */
export function physicalName(
  resource: { logicalId: string; stack: string; raw?: Record<string, unknown> },
  property: string,
  longest: number,
): string {
  const given = resource.raw?.[property];
  if (typeof given === 'string') return given;
  const name = `${resource.stack}-${resource.logicalId}`;
  if (name.length <= longest) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - 9)}-${digest}`;
}
