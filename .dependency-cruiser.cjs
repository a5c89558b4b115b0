// The architecture's arrows: main → compose → http/routes → features → domain, ports; adapters → ports, domain.
const source = '\\.test\\.ts$|\\.contract\\.ts$|/testing/|/suite/'

const rule = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: source, ...from },
  to,
})

module.exports = {
  forbidden: [
    rule('no-circle', 'Files that need each other are one thing, or hide a third.', {}, { circular: true }),
    rule(
      'services-stand-alone',
      'A service knows another one through HTTP and events only.',
      { path: '^(auth|user)-service/src/' },
      { path: '^(auth-service|user-service|gateway|tools)/', pathNot: '^$1-service/' },
    ),
    rule(
      'shared-is-below',
      'What is shared knows nobody who shares it.',
      { path: '^shared/' },
      {
        path: '^(auth-service|user-service|gateway|tools)/',
      },
    ),
    rule(
      'gateway-stands-alone',
      'The gateway knows the services by its declaration only.',
      { path: '^gateway/' },
      {
        path: '^(auth-service|user-service|tools)/',
      },
    ),
    rule(
      'domain-is-pure',
      'Rules depend on rules: no database, no HTTP, no package but zod.',
      { path: '^[^/]+-service/src/domain/' },
      { pathNot: '/src/domain/|^shared/src/(access/|errors/|tokens/principal)|node_modules/zod/' },
    ),
    rule(
      'ports-are-types',
      'A port is written in the words of the domain.',
      { path: '/src/(audit-)?ports\\.ts$' },
      {
        pathNot: '/src/domain/|^shared/src/',
      },
    ),
    rule(
      'features-see-ports',
      'A use case asks a port; which adapter answers is decided in compose.ts.',
      { path: '/src/features/' },
      { path: '-service/src/(adapters|http)/|-service/src/(compose|main|config)\\.ts$' },
    ),
    rule(
      'features-stand-alone',
      'What two features share belongs to the domain.',
      { path: '/src/features/([^/]+)/' },
      {
        path: '/src/features/',
        pathNot: '/src/features/$1/',
      },
    ),
    rule(
      'adapters-are-outside',
      'An adapter serves a port and knows no use case.',
      { path: '-service/src/adapters/' },
      {
        path: '-service/src/(features|http)/|-service/src/(compose|main|config)\\.ts$',
      },
    ),
    rule(
      'routes-only-translate',
      'The HTTP layer reaches use cases, never databases or brokers.',
      { path: '-service/src/http/' },
      { path: '-service/src/adapters/|-service/src/(compose|main)\\.ts$' },
    ),
    rule(
      'drivers-are-shared',
      'Database and broker drivers are opened in one place.',
      { path: '-service/src/' },
      {
        path: 'node_modules/(postgres|better-sqlite3|amqplib|amqp-connection-manager)/',
      },
    ),
    rule('main-is-last', 'Nothing imports the start of a process.', {}, { path: '/src/main\\.ts$' }),
    rule(
      'no-test-code',
      'What runs in production does not reach into tests.',
      { path: '^(shared|auth-service|user-service|gateway)/' },
      { path: source },
    ),
    rule('resolvable', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|migrations)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@accounts/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
}
