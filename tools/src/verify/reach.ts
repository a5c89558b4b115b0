import { createClient } from './world/client.ts'

/** Why nothing can be tested there, in one line; `undefined`: it can. */
export const findFault = async (target: string): Promise<string | undefined> => {
  const path = '/.well-known/jwks.json'
  try {
    const { status, body } = await createClient(target).call('GET', path)
    if (status === 200 && Array.isArray((body as { keys?: unknown } | undefined)?.keys)) return undefined
    return `${target} answers, but ${path} with ${status} and no keys: --target has to be the gateway`
  } catch (error) {
    const { code, message, name } = error as NodeJS.ErrnoException
    const reason = name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : (code ?? message)
    return `${target} cannot be reached (${reason}): is it running?`
  }
}
