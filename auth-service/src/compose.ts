import { randomUUID } from 'node:crypto'
import { createGuard } from '@accounts/shared/http/guard'
import { composeService, type Foundation, type ServiceParts } from '@accounts/shared/process/compose-service'
import { repeat } from '@accounts/shared/process/repeat'
import { createAuthenticator } from '@accounts/shared/tokens/authenticate'
import { createBreachedPasswords } from './adapters/crypto/breached-passwords.ts'
import { createPasswordHasher } from './adapters/crypto/password-hasher.ts'
import { lowerPoolPriority } from './adapters/crypto/pool-priority.ts'
import { loadSigningKeys } from './adapters/crypto/signing-keys.ts'
import { createTokenSigner } from './adapters/crypto/token-signer.ts'
import { createVerifiers } from './adapters/crypto/verifiers.ts'
import { createAuditRecords } from './adapters/database/audit-records.ts'
import { createAccountDirectory } from './adapters/database/account-directory.ts'
import { createCleanUp as createRemoval } from './adapters/database/clean-up.ts'
import { createLookup } from './adapters/database/lookup.ts'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { createOutboxRecords } from './adapters/database/outbox-records.ts'
import { createRepublish } from './adapters/database/republish.ts'
import { createRoleLookup } from './adapters/database/roles.ts'
import { settle } from './adapters/database/settle.ts'
import { createSessionPage, createSignedInAccounts } from './adapters/database/session-pages.ts'
import { type AuthTables, defineTables } from './adapters/database/tables.ts'
import { createTransact } from './adapters/database/transact.ts'
import { startAuditChain } from './compose-audit-chain.ts'
import { startRelay } from './compose-relay.ts'
import type { Config } from './config.ts'
import type { Caller } from './domain/caller.ts'
import { createPasswordSchema } from './domain/password-policy.ts'
import { createTokenIssuer } from './domain/token-issuer.ts'
import { createAssignRoles } from './features/assign-roles/assign-roles.ts'
import { createListAudit } from './features/audit/list-audit.ts'
import { createChangePassword } from './features/change-password/change-password.ts'
import { createCleanUp } from './features/clean-up/clean-up.ts'
import { createDeactivateAccount } from './features/deactivate-account/deactivate-account.ts'
import { createEventUseCases } from './features/events/use-cases.ts'
import { createIntrospect } from './features/introspect/introspect.ts'
import { createLogin } from './features/login/login.ts'
import { createLogout } from './features/logout/logout.ts'
import { createReactivateAccount } from './features/reactivate-account/reactivate-account.ts'
import { createRefresh } from './features/refresh/refresh.ts'
import { createRegister } from './features/register/register.ts'
import { createRoleChanges } from './features/roles/change-roles.ts'
import { createSessionUseCases } from './features/sessions/use-cases.ts'
import { createRoutes } from './http/routes.ts'
import type { Clock } from './ports.ts'

const cleanUpSeconds = 60

export const composeAuthService = async (config: Config) =>
  composeService({
    name: 'auth-service',
    title: 'Auth service',
    description: 'Accounts, passwords, tokens, sessions and roles.',
    config,
    migrationsFolder,
    defineTables,
    createParts: async (foundation) => {
      const clock = () => new Date()
      await lowerPoolPriority({ threads: config.poolThreads, logger: foundation.logger })
      const relay = await startRelay({ ...foundation, clock })
      const auditChain = startAuditChain({ ...foundation, clock })
      const parts = await createAuthParts({ ...foundation, config, clock, onEvents: relay.wake })
      return {
        ...parts,
        close: async () => {
          await parts.close?.()
          await relay.close()
          await auditChain.close()
        },
      }
    },
  })

interface AuthNeeds extends Foundation<AuthTables> {
  config: Config
  clock: Clock
  /** Something waits in the outbox. */
  onEvents?: () => void
}

/** Everything of auth-service that stands on a database and answers requests. */
export const createAuthParts = async (needs: AuthNeeds): Promise<ServiceParts<Caller>> => {
  const { config, database, bus, logger, metrics, clock } = needs
  const keys = await loadSigningKeys({
    algorithm: config.jwtAlgorithm,
    privateKeyPem: config.privateKeyPem,
    secret: config.jwtSecret,
    keyRingFile: config.keyRingFile,
    mayCreate: !config.production,
    clock,
    logger,
  })
  const passwords = await createPasswordHasher({
    memoryKib: config.argon2MemoryKib,
    passes: config.argon2Passes,
    concurrency: config.hashConcurrency,
    maxWaiting: config.hashWaiting,
    registry: metrics.registry,
  })
  const settling = await settle({ database, clock, logger })
  const breached = createBreachedPasswords()
  const password = createPasswordSchema({
    policy: config.passwordPolicy,
    isBreached: (candidate) => breached.includes(candidate),
  })
  const transact = createTransact({ database, clock, logger, onEvents: needs.onEvents })
  const lookup = createLookup({ database })
  const issuer = createTokenIssuer({
    settings: config,
    limits: config,
    sign: createTokenSigner(keys),
    clock,
    createId: randomUUID,
  })
  const { verifyAccess, verifyRefresh, verifyRefreshToken } = createVerifiers({ keys, clock, ...config })

  const guard = createGuard<Caller>({
    serviceSecret: config.serviceSecret,
    authenticate: createAuthenticator({
      verify: verifyAccess,
      standing: async (principal) => {
        const account = await lookup.standing(principal)
        return account && Object.assign(principal, { account })
      },
    }),
  })
  const needed = { lookup, transact, passwords, issuer, clock, verifyRefreshToken }
  const routes = createRoutes({
    password,
    keys,
    useCases: {
      register: createRegister(needed),
      login: createLogin(needed),
      refresh: createRefresh(needed),
      logout: createLogout(needed),
      deactivateAccount: createDeactivateAccount(needed),
      changePassword: createChangePassword(needed),
      introspect: createIntrospect({ verifyAccess, verifyRefresh, lookup }),
      listAudit: createListAudit({ auditRecords: createAuditRecords(database) }),
      accountDirectory: createAccountDirectory(database),
      reactivateAccount: createReactivateAccount(needed),
      assignRoles: createAssignRoles(needed),
      roleChanges: createRoleChanges(needed),
      roleLookup: createRoleLookup(database),
      ...createSessionUseCases({
        ...needed,
        sessionPage: createSessionPage({ database, clock }),
        signedInAccounts: createSignedInAccounts({ database, clock }),
        logger,
      }),
      ...createEventUseCases({
        deadLetters: bus.deadLetters,
        outboxRecords: createOutboxRecords(database),
        transact,
        republish: createRepublish({ database, clock }),
        clock,
      }),
    },
  })
  const removeExpired = createRemoval({ database, clock, ...config })
  const cleaning = repeat({
    name: 'clean-up',
    everySeconds: cleanUpSeconds,
    work: createCleanUp({ removeExpired, metrics, logger }),
    logger,
  })

  return {
    routes,
    guard,
    close: async () => {
      keys.close()
      await cleaning.stop()
      await settling.stop()
    },
  }
}
