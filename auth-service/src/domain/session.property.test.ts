import * as fc from 'fast-check'
import { nowhere } from './audit.ts'
import { describe, expect, it } from 'vitest'
import { type Presented, presentRefreshToken, type Session, startSession } from './session.ts'

type Outcome = Presented['outcome']

// Short enough for a play of some steps to meet every border.
const limits = { accessTtlSeconds: 30, refreshTtlSeconds: 100, sessionTtlSeconds: 150, graceSeconds: 10 }
const grace = 10_000

/** One session as the service keeps it: the rules decide, the row follows. */
const createServer = (startedAt: number) => {
  let made = 0
  const given = (at: number) => {
    made += 1
    const tokenIds = { access: `access ${made}`, refresh: `refresh ${made}` }
    return { tokenIds, origin: nowhere, now: new Date(at), limits }
  }
  const row = { session: startSession({ id: 's', userId: 7, ...given(startedAt) }) }
  const decide = (session: Session, tokenId: string, at: number) =>
    presentRefreshToken({ session, tokenId, ...given(at) })
  const end = (at: number) => {
    row.session = { ...row.session, endedAt: row.session.endedAt ?? new Date(at) }
  }
  const present = (tokenId: string, at: number) => {
    const presented = decide(row.session, tokenId, at)
    if ('session' in presented) row.session = presented.session
    if (presented.outcome === 'theft') end(at)
    return presented
  }
  const outcomes = (tokenIds: readonly string[], at: number) =>
    tokenIds.map((tokenId) => decide(row.session, tokenId, at).outcome)
  return { row, decide, present, outcomes, end, living: () => row.session.refreshTokenId }
}

type Server = ReturnType<typeof createServer>

/** A token dies with a whole second, as a JWT can say nothing else. */
const deathOf = (issuedAt: number, ttlSeconds: number) => (Math.floor(issuedAt / 1000) + ttlSeconds) * 1000

/** What is promised, told by the history of all that was issued: it knows nothing of the row. */
const createContract = (startedAt: number) => {
  const issuedAt = [startedAt]
  let over = false
  const newest = () => issuedAt.length - 1
  const borders = () => ({
    grace: (issuedAt.at(-1) ?? startedAt) + grace,
    refreshToken: deathOf(issuedAt.at(-1) ?? startedAt, limits.refreshTtlSeconds),
    session: deathOf(startedAt, limits.sessionTtlSeconds),
  })
  const expected = (generation: number, at: number): Outcome => {
    if (over || at >= borders().session || at >= borders().refreshToken) return 'dead'
    if (generation === newest()) return 'rotated'
    return generation === newest() - 1 && at <= borders().grace ? 'repeated' : 'theft'
  }
  const happened = (outcome: Outcome, at: number) => {
    if (outcome === 'rotated') issuedAt.push(at)
    if (outcome === 'theft') over = true
  }
  return { newest, borders, expected, happened, revoke: () => (over = true) }
}

const tabs = [0, 1, 2]
const anyTab = fc.constantFrom(...tabs)
const anyStart = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_002_000 })
/** How far the clock of the replica that answers is off. */
const anySkew = fc.constantFrom(0, 0, 0, 1, -1, -1_500)

const refresh = fc.record({ kind: fc.constant('refresh'), tab: anyTab, skew: anySkew, lost: fc.boolean() })
const share = fc.record({ kind: fc.constant('share'), tab: anyTab })
const pass = fc.record({ kind: fc.constant('pass'), milliseconds: fc.nat(60_000) })
const moveTo = fc.record({
  kind: fc.constant('move to'),
  border: fc.constantFrom('grace', 'grace', 'refreshToken', 'session'),
  offset: fc.constantFrom(-1, 0, 1),
})
const replay = fc.record({ kind: fc.constant('replay'), age: fc.nat(5), skew: anySkew })
const revoke = fc.record({ kind: fc.constant('revoke') })

const anyStep = fc.oneof(
  { weight: 12, arbitrary: refresh },
  { weight: 8, arbitrary: share },
  { weight: 4, arbitrary: pass },
  { weight: 4, arbitrary: moveTo },
  { weight: 2, arbitrary: replay },
  { weight: 1, arbitrary: revoke },
)

type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never

/** Anything may happen; after each step every token that was ever issued has to be what was promised. */
const play = (startedAt: number, steps: readonly Step[], seen: Set<Outcome>) => {
  const server = createServer(startedAt)
  const contract = createContract(startedAt)
  const absoluteEnd = server.row.session.expiresAt.getTime()
  const issued = [server.living()]
  const known = tabs.map(() => 0)
  let now = startedAt

  const present = (generation: number, at: number) => {
    const before = server.row.session
    const expected = contract.expected(generation, at)
    const { outcome } = server.present(issued[generation] ?? '', at)
    expect(outcome).toBe(expected)
    if (outcome === 'rotated') issued.push(server.living())
    if (outcome === 'repeated') expect(server.row.session).toEqual(before)
    contract.happened(outcome, at)
    seen.add(outcome)
    return outcome === 'rotated' || outcome === 'repeated'
  }

  const take = (step: Step) => {
    switch (step.kind) {
      case 'refresh': {
        const answered = present(known[step.tab] ?? 0, now + step.skew)
        if (answered && !step.lost) known[step.tab] = contract.newest()
        break
      }
      case 'share':
        known[step.tab] = Math.max(...known)
        break
      case 'pass':
        now += step.milliseconds
        break
      case 'move to':
        now = Math.max(now, contract.borders()[step.border] + step.offset)
        break
      case 'replay':
        present(Math.max(0, contract.newest() - step.age), now + step.skew)
        break
      case 'revoke':
        server.end(now)
        contract.revoke()
        break
    }
  }

  for (const step of steps) {
    take(step)
    const outcomes = server.outcomes(issued, now)
    expect(outcomes).toEqual(issued.map((_, generation) => contract.expected(generation, now)))
    expect(outcomes.filter((outcome) => outcome === 'rotated').length).toBeLessThanOrEqual(1)
    expect(new Set(issued).size).toBe(issued.length)
    expect(server.row.session.expiresAt.getTime()).toBe(absoluteEnd)
  }
}

/** All tabs of one browser want a new pair at about the same time. */
const anyVisit = fc.record({
  pause: fc.oneof(fc.nat(2_000), fc.nat(90_000)),
  asks: fc.array(
    fc.record({
      tab: anyTab,
      late: fc.oneof(fc.nat(grace), fc.constant(grace)),
      clock: fc.constantFrom(-1, 0, 1),
      lost: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
})

describe('a session, whatever happens to it', () => {
  it('gives each token ever issued what was promised, at every moment', () => {
    const seen = new Set<Outcome>()
    fc.assert(
      fc.property(anyStart, fc.array(anyStep, { maxLength: 40, size: 'max' }), (startedAt, steps) =>
        play(startedAt, steps, seen),
      ),
      { numRuns: 600 },
    )
    expect([...seen].toSorted()).toEqual(['dead', 'repeated', 'rotated', 'theft'])
  })

  it('signs nobody out whose tabs share, and ask again, within the grace', () => {
    let visitsMade = 0
    const visits = fc.array(anyVisit, { minLength: 1, maxLength: 10, size: 'max' })
    fc.assert(
      fc.property(anyStart, visits, fc.constantFrom(0, 1_000), (startedAt, planned, skew) => {
        const server = createServer(startedAt)
        // What clocks differ by is taken from the grace, nothing else is.
        const patience = grace - 2 * skew
        let now = startedAt
        let token = server.living()
        for (const { pause, asks } of planned) {
          const oldAge = Math.min(now + 100_000, startedAt + 150_000) - 2 * grace - 1_000
          now += pause
          if (now >= oldAge) return
          const successors = new Set<string>()
          const answered = new Set<number>()
          const ask = (late: number, clock: number) => {
            const { outcome } = server.present(token, now + late + clock * skew)
            expect(outcome).toBe(successors.size === 0 ? 'rotated' : 'repeated')
            successors.add(server.living())
          }
          const inOrder = asks.toSorted((one, other) => one.late - other.late)
          const firstAt = inOrder[0]?.late ?? 0
          for (const { tab, late, clock, lost } of inOrder) {
            if (answered.has(tab)) continue
            ask(Math.min(late - firstAt, patience), clock)
            if (!lost) answered.add(tab)
          }
          // At the latest moment there is, by a clock that is ahead.
          for (const tab of tabs) if (!answered.has(tab)) ask(patience, 1)
          expect(successors.size).toBe(1)
          expect(successors).not.toContain(token)
          token = server.living()
          now += patience
          visitsMade += 1
        }
      }),
      { numRuns: 400 },
    )
    expect(visitsMade).toBeGreaterThan(400)
  })

  it('ends for everybody, for ever, when a token older than the predecessor comes back', () => {
    const pauses = fc.array(fc.nat(20_000), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(anyStart, pauses, fc.nat(), fc.nat(38_000), anySkew, (startedAt, all, pick, wait, skew) => {
        const server = createServer(startedAt)
        const issued = [server.living()]
        let now = startedAt
        for (const pause of all) {
          now += pause
          expect(server.present(server.living(), now).outcome).toBe('rotated')
          issued.push(server.living())
        }
        const stolen = issued[pick % (issued.length - 2)] ?? ''
        expect(server.present(stolen, now + wait + skew).outcome).toBe('theft')
        for (const later of [-5_000, 0, 1, grace, 1_000_000])
          expect(new Set(server.outcomes(issued, now + wait + later))).toEqual(new Set(['dead']))
      }),
      { numRuns: 300 },
    )
  })
})

/** A request as it is served, stopping wherever another one can come between. */
function* exchange(
  server: Server,
  tokenId: string,
  at: number,
  won: string[],
): Generator<void, string | null> {
  const { row } = server
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const found = row.session
    yield
    const presented = server.decide(found, tokenId, at)
    yield
    if (presented.outcome === 'theft') server.end(at)
    if (!('session' in presented)) return null
    if (presented.outcome === 'repeated') return presented.session.refreshTokenId
    if (row.session.endedAt === null && row.session.refreshTokenId === found.refreshTokenId) {
      row.session = presented.session
      won.push(server.living())
      return server.living()
    }
  }
  throw new Error('a request that has lost did not learn from it')
}

function* signOut(server: Server, at: number): Generator<void, null> {
  yield
  server.end(at)
  return null
}

const interleave = <Answer>(requests: readonly Generator<void, Answer>[], turns: readonly number[]) => {
  const answers: Answer[] = []
  let waiting = [...requests]
  for (let turn = 0; waiting.length > 0; turn += 1) {
    const next = waiting[(turns[turn] ?? 0) % waiting.length]!
    const { done, value } = next.next()
    if (done !== true) continue
    answers.push(value)
    waiting = waiting.filter((other) => other !== next)
  }
  return answers
}

describe('many requests at once, each deciding on what may have changed meanwhile', () => {
  const anyRace = fc.record({
    startedAt: anyStart,
    // Of the replicas' clocks, when each of them decides.
    moments: fc.array(fc.nat(grace), { minLength: 1, maxLength: 10 }),
    turns: fc.array(fc.nat(1_000), { maxLength: 60, size: 'max' }),
  })

  /** Two exchanges are behind it: there is a living token, its predecessor and one that is older. */
  const prepare = (startedAt: number) => {
    const server = createServer(startedAt)
    const oldest = server.living()
    server.present(oldest, startedAt)
    server.present(server.living(), startedAt)
    return { server, oldest, token: server.living(), won: [] as string[] }
  }

  it('make exactly one successor, and all get it', () => {
    fc.assert(
      fc.property(anyRace, ({ startedAt, moments, turns }) => {
        const { server, token, won } = prepare(startedAt)
        const requests = moments.map((moment) => exchange(server, token, startedAt + moment, won))
        const answers = interleave(requests, turns)
        expect(won).toHaveLength(1)
        expect(new Set(answers)).toEqual(new Set(won))
        expect(server.row.session).toMatchObject({ previousRefreshTokenId: token, endedAt: null })
      }),
      { numRuns: 400 },
    )
  })

  it.each(['signs out', 'presents a token long exchanged'])(
    'leave nothing alive when one of them %s',
    (what) => {
      fc.assert(
        fc.property(anyRace, fc.nat(grace), ({ startedAt, moments, turns }, moment) => {
          const { server, oldest, token, won } = prepare(startedAt)
          const at = startedAt + moment
          const last = what === 'signs out' ? signOut(server, at) : exchange(server, oldest, at, won)
          const requests = moments.map((each) => exchange(server, token, startedAt + each, won))
          const answers = interleave([last, ...requests], turns)
          expect(won.length).toBeLessThanOrEqual(1)
          for (const answer of answers) expect([null, ...won]).toContain(answer)
          const outcomes = server.outcomes([oldest, token, ...won], at)
          expect(new Set(outcomes)).toEqual(new Set(['dead']))
        }),
        { numRuns: 300 },
      )
    },
  )
})
