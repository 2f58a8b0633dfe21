import { createHash } from 'node:crypto';

const startOf = (baseUrl: string) => `
      Scalar.createApiReference('#reference', {
        url: '${baseUrl}/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: 'never',
        mcp: { disabled: true },
        agent: { disabled: true },
      });
    `;

/** The page of the interactive reference: its script and the document come from this API, nothing from elsewhere. */
export const referencePage = (baseUrl: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Heliograph API</title>
  </head>
  <body>
    <div id="reference"></div>
    <script src="${baseUrl}/docs/reference.js"></script>
    <script>${startOf(baseUrl)}</script>
  </body>
</html>
`;

/** What the page may run and call: its two scripts, and this API. The reference styles its elements as it draws them. */
export const referencePolicy = (baseUrl: string) =>
  [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash('sha256').update(startOf(baseUrl)).digest('base64')}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
