import type { Transact } from '../../ports.ts'

/** What is done in it has no actor, so each entry of the audit log says which command it was. */
export const byCommand =
  (command: string, transact: Transact): Transact =>
  async (origin, work) =>
    transact(origin, async (store) =>
      work({
        ...store,
        audit: {
          add: async (entry) => store.audit.add({ ...entry, details: { ...entry.details, command } }),
        },
      }),
    )
