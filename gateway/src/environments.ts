/** Places that the committed files are for: a developer's machine, and a deployment that uses every setting. */
export const environments: Record<'development' | 'production', Record<string, string>> = {
  development: {
    AUTH_SERVICE_URL: 'http://127.0.0.1:8000',
    USER_SERVICE_URL: 'http://127.0.0.1:8001',
    CORS_ORIGINS: 'http://localhost:3000,http://localhost:5173',
  },
  production: {
    AUTH_SERVICE_URL: 'http://auth-service:8000',
    USER_SERVICE_URL: 'http://user-service:8001',
    CORS_ORIGINS: 'https://app.example.com,https://admin.example.com',
    TRUSTED_PROXIES: '10.0.0.1,172.16.0.0/12,2001:db8::/32',
    JWT_ALGORITHM: 'ES256',
    JWT_ISSUER: 'https://accounts.example.com',
    JWT_AUDIENCE: 'https://accounts.example.com/api',
    METRICS_HOST: '0.0.0.0',
  },
}
