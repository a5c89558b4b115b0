import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AuditRow,
  canonicalText,
  type ChainedRow,
  checkRows,
  emptyChain,
  linkRows,
} from './audit-chain.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

const texts = fc.oneof(fc.constantFrom('', 'login', 'null', '"', '\\', 'é', '\u2028'), fc.string())
const numbers = fc.oneof(fc.constantFrom(0, 1, 2), fc.maxSafeNat())
const detailValues = fc.oneof(
  texts,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const details = fc.option(fc.dictionary(texts, detailValues, { maxKeys: 4 }), { nil: null })

const members = {
  id: numbers,
  at: fc.date({ noInvalidDate: true }),
  action: texts,
  reason: fc.option(texts, { nil: null }),
  userId: fc.option(numbers, { nil: null }),
  actorId: fc.option(numbers, { nil: null }),
  sessionId: fc.option(texts, { nil: null }),
  ip: fc.option(texts, { nil: null }),
  requestId: fc.option(texts, { nil: null }),
  details,
} satisfies Record<keyof AuditRow, fc.Arbitrary<unknown>>

const rows = fc.record(members)

const chain = (unchained: readonly AuditRow[]): ChainedRow[] => {
  const links = linkRows(emptyChain, unchained, digest)
  return unchained.map((row, index) => ({ ...row, ...links[index]! }))
}

const chains = (minLength = 1) => fc.array(rows, { minLength, maxLength: 12 }).map(chain)

const placed = (minLength = 1) =>
  chains(minLength).chain((chained) => fc.tuple(fc.constant(chained), fc.nat(chained.length - 1)))

const check = (chained: readonly ChainedRow[]) => checkRows(emptyChain, chained, digest)

/** As JSON tells them apart, whatever the order of members. */
const isSame = (one: AuditRow, other: AuditRow) => {
  const told = (row: AuditRow) =>
    Object.keys(members).map((name) => JSON.parse(JSON.stringify(row[name as keyof AuditRow])) as unknown)
  return isDeepStrictEqual(told(one), told(other))
}

const without = (chained: readonly ChainedRow[], index: number) =>
  chained.filter((_, other) => other !== index)

describe('a chain', () => {
  test('is intact as it was linked, at once or piece by piece, and so is each beginning of it', () => {
    fc.assert(
      fc.property(placed(), ([chained, cut]) => {
        const { position, hash } = chained.at(-1)!
        expect(check(chained)).toEqual({ head: { position, hash }, fault: null })
        const { head, fault } = check(chained.slice(0, cut))
        expect(fault).toBeNull()
        const rest = chained.slice(cut)
        expect(linkRows(head, rest, digest)).toEqual(
          rest.map((row) => expect.objectContaining({ hash: row.hash })),
        )
        expect(checkRows(head, rest, digest)).toEqual({ head: { position, hash }, fault: null })
      }),
    )
  })

  test('does not care in which order the database keeps the members of details', () => {
    const reverse = (value: AuditRow['details']) =>
      value && Object.fromEntries(Object.entries(value).toReversed())
    fc.assert(
      fc.property(chains(), (chained) => {
        expect(check(chained.map((row) => ({ ...row, details: reverse(row.details) }))).fault).toBeNull()
      }),
    )
  })

  test('has hashes of a text that others can write too', () => {
    const row: AuditRow = {
      ...{
        id: 7,
        at: new Date('2026-03-04T05:06:07.089Z'),
        action: 'login refused',
        reason: 'wrong "password"',
      },
      ...{ userId: 3, actorId: null, sessionId: null, ip: '127.0.0.1', requestId: 'the-request' },
      details: { b: 1, a: { d: true, c: [{ f: 'x', e: 2 }] } },
    }
    expect(canonicalText(emptyChain, row)).toBe(
      `[1,"${'0'.repeat(64)}",7,"2026-03-04T05:06:07.089Z","login refused","wrong \\"password\\"",3,null,null,` +
        '"127.0.0.1","the-request",{"a":{"c":[{"e":2,"f":"x"}],"d":true},"b":1}]',
    )
    expect(linkRows(emptyChain, [row], digest)).toEqual([
      { id: 7, position: 1, hash: '892ca7d50d50f0b57b249790bd4a77fbb80d4cee47c0a3a58c69d9c48bb47ce9' },
    ])
  })
})

describe('of a chain is found, with the first position that is wrong,', () => {
  test.each(Object.keys(members) as (keyof AuditRow)[])('any other %s of any row', (name) => {
    const changes = placed().chain(([chained, index]) =>
      fc.tuple(fc.constant(chained), fc.constant(index), members[name] as fc.Arbitrary<never>),
    )
    fc.assert(
      fc.property(changes, ([chained, index, value]) => {
        const row = chained[index]!
        const changed = { ...row, [name]: value }
        fc.pre(!isSame(row, changed))
        expect(check(chained.with(index, changed)).fault).toEqual({
          ...{ kind: 'changed', position: row.position, id: changed.id },
        })
      }),
    )
  })

  test('a date that is none, as SQLite may hold it', () => {
    fc.assert(
      fc.property(placed(), ([chained, index]) => {
        const row = chained[index]!
        const spoilt = chained.with(index, { ...row, at: new Date(Number.NaN) })
        expect(check(spoilt).fault).toMatchObject({ kind: 'changed', position: row.position })
      }),
    )
  })

  test.each([null, '', 'f'.repeat(64)])('another hash of any row: %j', (hash) => {
    fc.assert(
      fc.property(placed(), ([chained, index]) => {
        const row = chained[index]!
        const spoilt = chained.with(index, { ...row, hash })
        expect(check(spoilt).fault).toEqual({ kind: 'changed', position: row.position, id: row.id })
      }),
    )
  })

  test('a changed row whose own hash was made to fit: the next one does not', () => {
    const changes = placed(2).filter(([chained, index]) => index < chained.length - 1)
    fc.assert(
      fc.property(changes, texts, ([chained, index], action) => {
        const row = chained[index]!
        fc.pre(action !== row.action)
        const previous = chained[index - 1] as { position: number; hash: string } | undefined
        const changed = { ...row, action }
        const [link] = linkRows(previous ?? emptyChain, [changed], digest)
        const next = chained[index + 1]!
        expect(check(chained.with(index, { ...changed, ...link! })).fault).toEqual({
          ...{ kind: 'changed', position: next.position, id: next.id },
        })
      }),
    )
  })

  test('a row that is missing, anywhere but at the end', () => {
    const removals = placed(2).filter(([chained, index]) => index < chained.length - 1)
    fc.assert(
      fc.property(removals, ([chained, index]) => {
        const next = chained[index + 1]!
        expect(check(without(chained, index)).fault).toEqual({
          ...{ kind: 'missing', position: index + 1, next: { position: next.position, id: next.id } },
        })
        const closed = without(chained, index).map((row, place) => ({ ...row, position: place + 1 }))
        expect(check(closed).fault).toMatchObject({ kind: 'changed', position: index + 1 })
      }),
    )
  })

  test('two rows that were exchanged', () => {
    const exchanges = placed(2).chain(([chained, one]) =>
      fc.tuple(fc.constant(chained), fc.constant(one), fc.nat(chained.length - 1)),
    )
    fc.assert(
      fc.property(exchanges, fc.boolean(), ([chained, one, other], withHash) => {
        const [first, second] = [chained[Math.min(one, other)]!, chained[Math.max(one, other)]!]
        fc.pre(!isSame(first, second))
        const at = (row: ChainedRow, { position, hash }: ChainedRow) => ({
          ...row,
          ...{ position, hash: withHash ? row.hash : hash },
        })
        const exchanged = chained
          .with(first.position - 1, at(second, first))
          .with(second.position - 1, at(first, second))
        expect(check(exchanged).fault).toEqual({ kind: 'changed', position: first.position, id: second.id })
      }),
    )
  })

  test('a row that was put in, whether the others made room for it or not', () => {
    fc.assert(
      fc.property(placed(), rows, ([chained, index], row) => {
        fc.pre(!isSame(row, chained[index]!))
        const { position, hash } = chained[index]!
        const put = { ...row, position, hash }
        const after = chained.slice(index)
        const moved = after.map((each) => ({ ...each, position: each.position + 1 }))
        const before = chained.slice(0, index)
        for (const spoilt of [
          [...before, put, ...moved],
          [...before, put, ...after],
        ])
          expect(check(spoilt).fault).toEqual({ kind: 'changed', position, id: row.id })
        const [first] = chained
        expect(check([{ ...row, position: 0, hash }, ...chained]).fault).toEqual({
          ...{ kind: 'surplus', position: 0, id: row.id },
        })
        expect(check([first!, { ...row, position: 1, hash }, ...chained.slice(1)]).fault).toEqual({
          ...{ kind: 'surplus', position: 1, id: row.id },
        })
      }),
    )
  })
})
