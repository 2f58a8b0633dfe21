import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';

const TemplateResource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
});
export type TemplateResource = z.infer<typeof TemplateResource>;

const Parameter = z.object({
  Type: z.string(),
  Default: z.unknown().optional(),
  AllowedValues: z.array(z.unknown()).optional(),
  AllowedPattern: z.string().optional(),
});
export type TemplateParameter = z.infer<typeof Parameter>;

/** A template; sections that change what it means (Transform, Hooks) are refused. */
export const Template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  // Rules only check the bootstrap version of an account.
  Rules: z.unknown().optional(),
  Parameters: z.record(z.string(), Parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), TemplateResource),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: z.unknown().optional(),
        Export: z.object({ Name: z.unknown() }).optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
});
export type Template = z.infer<typeof Template>;

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});
const Assets = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string(), packaging: z.string() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

export interface Stack {
  name: string;
  template: Template;
}

export interface Assembly {
  /** Every stack after those that it depends on. */
  stacks: Stack[];
  /** Directory or file of each asset, by the object key under which templates name it. */
  assets: ReadonlyMap<string, string>;
}

/**
 * Reads what CDK synthesized: manifest, templates and asset manifests of `folder` (cdk.out).
 * Throws an Error naming the file that is missing or not understood.
 */
export async function loadAssembly(folder: string): Promise<Assembly> {
  const { artifacts } = await parseFile(resolve(folder, 'manifest.json'), Manifest);
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  for (const id of inOrder(artifacts)) {
    const artifact = artifacts[id];
    if (artifact?.type === 'cdk:asset-manifest') {
      const { files } = await parseFile(resolve(folder, z.string().parse(artifact.properties['file'])), Assets);
      for (const { source, destinations } of Object.values(files))
        for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(folder, source.path));
    } else if (artifact?.type === 'aws:cloudformation:stack') {
      const file = z.string().parse(artifact.properties['templateFile']);
      stacks.push({ name: id, template: await parseFile(resolve(folder, file), Template) });
    } else if (artifact?.type === 'cdk:cloud-assembly') {
      throw new Error(`${folder}: the nested assembly ${id} (a CDK Stage) is not run locally`);
    }
  }
  if (stacks.length === 0) throw new Error(`${folder} holds no stack: synthesize first`);
  return { stacks, assets };
}

async function parseFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} is missing: synthesize first`);
  });
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${file} is not understood: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function inOrder(artifacts: Record<string, { dependencies: string[] }>): string[] {
  const ordered = new Set<string>();
  const visit = (id: string) => {
    if (ordered.has(id)) return;
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts).toSorted()) visit(id);
  return [...ordered];
}
