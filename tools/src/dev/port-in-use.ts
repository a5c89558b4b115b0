import { once } from 'node:events'
import { createServer } from 'node:net'

/** Whether somebody else listens there. Whatever else may be wrong with it, its own process will tell. */
export const isPortInUse = async (host: string, port: number) => {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  } finally {
    server.close()
  }
}
