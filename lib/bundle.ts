import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dictionary } from '@zxcvbn-ts/language-common';
import { buildSync } from 'esbuild';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
// CDK copies each bundle into its output as it is named, so what stands here may go with the process.
const out = mkdtempSync(join(tmpdir(), 'heliograph-bundles-'));
process.once('exit', () => rmSync(out, { recursive: true, force: true }));

/** Where the bundle of a function stands, by its name: `contacts/http`. */
export const bundleFolder = (name: string) => join(out, name);

/** The names of all functions, from the files in `functions/`. */
export const functionNames = () =>
  globSync('*/*.ts', { cwd: join(root, 'functions') })
    .map((file) => file.replace(/\.ts$/, ''))
    .toSorted();

/**
 * Ways to credentials that the SDK tries, by dynamic import, where its environment holds none. Lambda's always does, so
 * they are left out of the bundles: they were a fifth of the time that a cold start takes.
 */
const otherCredentials = [
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/credential-provider-http',
  '@smithy/credential-provider-imds',
];

/** Bundles every function in one pass. */
export const bundleFunctions = () => {
  bundle(
    functionNames().map((name) => ({ in: join(root, 'functions', `${name}.ts`), out: `${name}/index` })),
    out,
  );
  addReference();
  for (const name of choosingPasswords) addCommonPasswords(name);
};

/**
 * Bundles as Lambda will run it: ESM, minified, the SDK inside (its version is ours, and a bundled SDK starts faster
 * than the runtime's own).
 */
export const bundle = (entryPoints: { in: string; out: string }[], outdir: string) =>
  buildSync({
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: otherCredentials,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    // Some dependencies are CommonJS and ask for `require`.
    banner: {
      js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);",
    },
  });

/** Functions in which somebody chooses a password. */
const choosingPasswords = ['auth/http', 'auth-users/http', 'second-factors/http', 'verification-codes/http'];

/** The most used passwords that are long enough to pass, one a line: 168 KB that only those who look at them read. */
const addCommonPasswords = (name: string) => {
  const { data = [] } = z.array(z.coerce.string()).safeParse(dictionary['passwords-common']);
  const passwords = new Set(data.map((password) => password.toLowerCase()).filter(({ length }) => length >= 8));
  if (passwords.size < 3000) throw new Error('The list of common passwords is gone');
  mkdirSync(bundleFolder(name), { recursive: true });
  writeFileSync(join(bundleFolder(name), 'common-passwords.txt'), [...passwords].join('\n'));
};

/** The API reference's script goes beside the function that serves it, already compressed. */
const addReference = () => {
  const script = readFileSync(join(root, 'node_modules/@scalar/api-reference/dist/browser/standalone.js'));
  mkdirSync(bundleFolder('docs/http'), { recursive: true });
  writeFileSync(join(bundleFolder('docs/http'), 'reference.js.gz'), gzipSync(script, { level: 9 }));
};
