import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError, invalidField } from '../../errors.ts';
import type { FormFile } from './route.ts';

/** The largest file in a form: a function takes events of 6 MB, and these come as base64. */
const mostFileBytes = 4 * 1024 * 1024;

const contentTypeOf = ({ headers }: APIGatewayProxyEventV2) => headers['content-type'] ?? '';

export const isForm = (event: APIGatewayProxyEventV2) => /^multipart\/form-data\b/i.test(contentTypeOf(event));

/**
 * The fields of a form and the file in its field `file`, read by the platform's own parser.
 * @throws AppError PAYLOAD_TOO_LARGE for a file over 4 MB, VALIDATION_ERROR for a form that can't be read or has none
 */
export const readForm = async (
  event: APIGatewayProxyEventV2,
): Promise<{ fields: Record<string, string>; file: FormFile }> => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const form = await new Response(body, { headers: { 'content-type': contentTypeOf(event) } })
    .formData()
    .catch((): never => {
      throw invalidField('body', 'The form cannot be read: is its boundary the one that content-type names?');
    });
  const fields: Record<string, string> = {};
  let file: FormFile | undefined;
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value;
    else if (name !== 'file' || file) throw invalidField(name, 'The form takes one file, in the field file');
    else if (value.size > mostFileBytes) throw tooLarge(value.size);
    else file = { name: value.name, contentType: value.type, bytes: await value.bytes() };
  }
  if (!file) throw invalidField('file', 'The form has no file in its field file');
  return { fields, file };
};

const tooLarge = (bytes: number) =>
  new AppError(
    'PAYLOAD_TOO_LARGE',
    'A form takes a file of 4 MB at the most: send JSON with filename and fileSize instead, and put the file to the URL that is answered',
    { field: 'file', bytes, mostBytes: mostFileBytes },
  );
