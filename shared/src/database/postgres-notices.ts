import type { EngineOptions } from './engine.ts'

const againMilliseconds = 1_000

interface ListenNeeds {
  url: string
  options: Pick<EngineOptions, 'applicationName' | 'connectTimeoutMilliseconds'>
  channel: string
  onNotice: () => void
}

/**
 * Listens on a connection of its own, which is made anew whenever it ends. The driver's own `listen` gives up for good
 * when the server is away at the moment it would listen again.
 */
export const listenOnPostgres = async ({ url, options, channel, onNotice }: ListenNeeds) => {
  const { default: postgres } = await import('postgres')
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let end = async () => {}

  const later = () => {
    if (isClosed) return
    clearTimeout(timer)
    timer = setTimeout(start, againMilliseconds).unref()
  }

  const start = () => {
    const listening = {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      connect_timeout: options.connectTimeoutMilliseconds / 1_000,
      connection: { application_name: `${options.applicationName} (listening)` },
      onnotice: () => {},
      onnotify: onNotice,
      onclose: () => {
        void sql.end({ timeout: 0 })
        later()
      },
    }
    const sql = postgres(url, listening)
    end = async () => sql.end({ timeout: 0 })
    sql.unsafe(`listen ${channel}`).then(
      // Whatever was announced while nobody listened.
      () => onNotice(),
      () => {
        void sql.end({ timeout: 0 })
        later()
      },
    )
  }
  start()

  return {
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await end()
    },
  }
}
