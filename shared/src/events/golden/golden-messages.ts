import { readdirSync, readFileSync } from 'node:fs'
import type { BusMessage } from '../../messaging/bus.ts'
import type { AccountEvent } from '../account-events.ts'
import type { EventHeaders } from '../event-headers.ts'

/** A whole message as it was sent once; its file is never changed, because copies of it may still be under way. */
export interface GoldenMessage extends BusMessage {
  body: AccountEvent
  headers: EventHeaders
}

const folder = new URL('./', import.meta.url)

/** `<event>.v<schema version>.json`, in the order of their account's versions. */
export const readGoldenMessages = () =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      file,
      message: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GoldenMessage,
    }))
    .toSorted((one, other) => versionOf(one.message) - versionOf(other.message))

const versionOf = ({ headers }: GoldenMessage) => headers['x-aggregate-version']
