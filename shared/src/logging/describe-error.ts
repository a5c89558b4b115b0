interface DescribedError {
  type: string
  message: string
  code?: string
  stack?: string
  cause?: DescribedError
}

/**
 * What a log line may say of an error. Database drivers put the query and its values into the message and into extra
 * members; both may hold a password hash or an address, so only known members pass and such messages are replaced.
 */
export const describeError = (error: unknown, depth = 0): DescribedError => {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'something that is not an Error was thrown' }
  const carriesQuery = 'query' in error || 'params' in error || 'parameters' in error
  const message = carriesQuery ? 'a database query failed' : error.message
  const { code } = error as NodeJS.ErrnoException
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '))
  return {
    type: error.name,
    message,
    ...(typeof code === 'string' && { code }),
    ...(frames && { stack: frames.join('\n') }),
    ...(error.cause !== undefined && depth < 4 && { cause: describeError(error.cause, depth + 1) }),
  }
}
