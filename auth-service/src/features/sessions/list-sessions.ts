import { ServiceError } from '@accounts/shared/errors/service-error'
import type { ListedSession, SessionPage } from '../../ports.ts'

const mostSessions = 100

export const createListSessions =
  ({ sessionPage }: { sessionPage: SessionPage }) =>
  async (userId: number): Promise<ListedSession[]> => {
    const sessions = await sessionPage({ userId, limit: mostSessions })
    if (sessions === null) throw new ServiceError('not_found')
    return sessions
  }

export type ListSessions = ReturnType<typeof createListSessions>
