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
    <script>
      Scalar.createApiReference('#reference', {
        url: '${baseUrl}/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: 'never',
        mcp: { disabled: true },
        agent: { disabled: true },
      });
    </script>
  </body>
</html>
`;
