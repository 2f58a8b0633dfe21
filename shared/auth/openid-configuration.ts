/** What anybody needs to verify our access tokens, by the address of their issuer. */
export const openIdConfiguration = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  token_endpoint: `${issuer}/auth/login`,
  response_types_supported: ['token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  claims_supported: ['iss', 'aud', 'sub', 'org', 'sid', 'role', 'permissions', 'token_use', 'iat', 'exp'],
});
