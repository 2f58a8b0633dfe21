import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = globSync('{bin,lib,functions,shared}/**/*.ts', { cwd: root }).toSorted();
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** Static and dynamic imports of a file: files of ours by path from the root, packages by name. */
const importsOf = (file: string) =>
  [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target,
  );

const importing = (matches: (file: string, target: string) => boolean) =>
  sources.flatMap((file) =>
    importsOf(file).flatMap((target) => (matches(file, target) ? [`${file} → ${target}`] : [])),
  );

const isContract = (file: string) => {
  const [, noun, name = ''] = /^shared\/([^/]+)\/([^/]+)\.ts$/.exec(file) ?? [];
  return noun !== undefined && (['routes', 'jobs'].includes(name) || noun === name || `${name}s` === noun);
};
const isPlatform = (file: string) => file.startsWith('shared/platform/');
const nounOf = (file: string) => /^shared\/([^/]+)\//.exec(file)?.[1];
/** The composition root: the only files that know every store. */
const compositionRoot = ['shared/services.ts', 'shared/identity-services.ts'];
const sharedRoot = ['shared/errors.ts', 'shared/permissions.ts'];
const product = sources.filter((file) => /^(functions|shared)\//.test(file));
const containing = (files: string[], pattern: RegExp) => files.filter((file) => pattern.test(textOf(file)));

describe('dependencies point one way', () => {
  test('nothing imports bin or functions, and only bin and lib import lib', () => {
    expect(importing((file, target) => /^(bin|functions)\//.test(target) && !file.startsWith('bin/'))).toEqual([]);
    expect(importing((file, target) => target.startsWith('lib/') && !/^(bin|lib)\//.test(file))).toEqual([]);
  });

  test('the platform imports no feature', () => {
    expect(
      importing(
        (file, target) =>
          isPlatform(file) && target.startsWith('shared/') && !isPlatform(target) && !sharedRoot.includes(target),
      ),
    ).toEqual([]);
  });

  test('the local runtime imports nothing of the product', () => {
    expect(importing((file, target) => file.startsWith('lib/local/') && /^(shared|functions)\//.test(target))).toEqual(
      [],
    );
  });

  test('the rest of lib imports contracts only', () => {
    const allowed = (target: string) =>
      isContract(target) ||
      sharedRoot.includes(target) ||
      target === 'shared/routes.ts' ||
      target === 'shared/platform/http/route.ts';
    expect(
      importing((file, target) => /^lib\/(?!local\/)/.test(file) && target.startsWith('shared/') && !allowed(target)),
    ).toEqual([]);
  });

  test('a feature uses no other feature’s store', () => {
    expect(
      importing((file, target) => {
        const [from, to] = [nounOf(file), nounOf(target)];
        return /-store\.ts$/.test(target) && from !== undefined && from !== 'platform' && from !== to;
      }).filter((line) => !compositionRoot.some((file) => line.startsWith(file))),
    ).toEqual([]);
  });
});

describe('one place for each way to the world', () => {
  test('only stores and the platform touch the AWS SDK', () => {
    expect(
      importing(
        (file, target) =>
          target.startsWith('@aws-sdk/') &&
          /^(functions|shared)\//.test(file) &&
          !/-store\.ts$/.test(file) &&
          !isPlatform(file) &&
          !compositionRoot.includes(file),
      ),
    ).toEqual([]);
  });

  test('contracts load no SDK and no node module', () => {
    expect(
      importing((file, target) => isContract(file) && (target.startsWith('@aws-sdk/') || target.startsWith('node:'))),
    ).toEqual([]);
  });

  test('only the HTTP wrapper touches middy', () => {
    expect(
      importing((file, target) => target.startsWith('@middy/') && file !== 'shared/platform/http/http-handler.ts'),
    ).toEqual([]);
  });

  test('only platform/env.ts reads the environment', () => {
    expect(containing(product, /process\.env/)).toEqual(['shared/platform/env.ts']);
  });

  test('time, ids and chance come from the platform', () => {
    const outside = product.filter((file) => !isPlatform(file));
    expect(
      containing(outside, /new Date\(\)|Date\.now\(|Math\.random\(|randomUUID|randomBytes|performance\.now/),
    ).toEqual([]);
  });

  test('HTTP statuses stand in route declarations and in respond.ts only', () => {
    const outside = product.filter(
      (file) => !/routes\.ts$/.test(file) && !/platform\/(http\/|outbound|triggers\/webhook-handler|sms\/)/.test(file),
    );
    expect(containing(outside, /statusCode/)).toEqual([]);
  });
});

describe('the house', () => {
  test('functions/ holds entry points by trigger and nothing else', () => {
    const entry = /^functions\/[a-z-]+\/(http|[a-z-]+\.(queue|task|schedule|webhook|socket))\.ts$/;
    expect(sources.filter((file) => file.startsWith('functions/') && !entry.test(file))).toEqual([]);
  });

  test('no file passes 300 lines, and entry points stay within 60', () => {
    const lines = (file: string) => textOf(file).split('\n').length;
    expect(sources.filter((file) => lines(file) > 300)).toEqual([]);
    expect(sources.filter((file) => file.startsWith('functions/') && lines(file) > 61)).toEqual([]);
  });

  test('there are no default exports, no barrels and no folders by kind', () => {
    expect(containing(sources, /^export default|^export \* from/m)).toEqual([]);
    expect(
      sources.filter((file) => /(^|\/)(index\.ts|utils|helpers|types|interfaces|dtos|services)(\/|$)/.test(file)),
    ).toEqual([]);
  });
});
