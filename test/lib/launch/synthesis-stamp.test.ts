import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isCurrent, stampOf, writeStamp } from '../../../lib/launch/synthesis-stamp.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'root-'));
  await mkdir(join(root, 'functions/health'), { recursive: true });
  await writeFile(join(root, 'functions/health/http.ts'), 'one');
});
afterEach(() => rm(root, { recursive: true }));

test('an assembly is current until a source changes', async () => {
  writeStamp(root, stampOf(root));
  expect(isCurrent(root, stampOf(root))).toBe(true);

  await writeFile(join(root, 'functions/health/http.ts'), 'three');
  expect(isCurrent(root, stampOf(root))).toBe(false);
});

test('a new source makes an assembly old, and none is current before its first synthesis', async () => {
  const before = stampOf(root);
  expect(isCurrent(root, before)).toBe(false);

  await writeFile(join(root, 'functions/health/other.ts'), 'one');
  expect(stampOf(root)).not.toBe(before);
});
