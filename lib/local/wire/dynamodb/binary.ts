import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function inPackage(file: string): string | undefined {
  try {
    return join(dirname(require.resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`)), file);
  } catch {
    return undefined;
  }
}

/**
 * Path of the DynamoDB engine: the npm package of this platform, else `dynoxide` on the PATH.
 * Throws with what to do when there is none.
 */
export function findDynoxide(path = process.env['PATH'] ?? ''): string {
  const file = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const candidates = [inPackage(file), ...path.split(delimiter).map((folder) => join(folder, file))];
  const found = candidates.find((candidate) => candidate !== undefined && executable(candidate));
  if (found) return found;
  throw new Error(
    [
      `There is no DynamoDB engine for ${process.platform}-${process.arch}: neither the npm package`,
      `@dynoxide/${process.platform}-${process.arch} nor \`dynoxide\` on the PATH. Either install it`,
      `(npm install --no-save dynoxide, or a release of github.com/nubo-db/dynoxide), or start a DynamoDB`,
      'of your own (DynamoDB Local, say) and set AWS_ENDPOINT_URL_DYNAMODB to its address.',
    ].join('\n'),
  );
}
