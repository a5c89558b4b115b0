import type { Columns } from '../columns.ts'

export interface SampleDetails {
  tags: string[]
  depth: { level: number; note: string | null }
}

/** Every kind of column there is, for the contract suite. */
export const defineTables = (columns: Columns) => {
  const samples = columns.table(
    'samples',
    {
      id: columns.id('id'),
      label: columns.text('label').notNull(),
      labelKey: columns.text('label_key').notNull(),
      note: columns.text('note'),
      amount: columns.integer('amount').notNull().default(0),
      version: columns.counter('version').notNull(),
      isActive: columns.flag('is_active').notNull(),
      details: columns.json<SampleDetails>('details'),
      createdAt: columns.instant('created_at').notNull(),
      endedAt: columns.instant('ended_at'),
    },
    (table) => [
      columns.uniqueIndex('samples_label_key_unique').on(table.labelKey),
      columns.index('samples_created_at_index').on(table.createdAt),
    ],
  )
  const parts = columns.table(
    'sample_parts',
    {
      id: columns.id('id'),
      sampleId: columns
        .counter('sample_id')
        .notNull()
        .references(() => samples.id),
      position: columns.integer('position').notNull(),
    },
    (table) => [columns.uniqueIndex('sample_parts_place_unique').on(table.sampleId, table.position)],
  )
  return { samples, parts }
}
