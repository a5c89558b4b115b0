import { errorCodes } from '@accounts/shared/errors/codes'
import { ServiceError } from '@accounts/shared/errors/service-error'
import { describeError } from '@accounts/shared/logging/describe-error'

/** In one line; of a failed query only what is no value of it. */
export const reasonOf = (error: unknown): string => {
  const { message, cause } = describeError(error)
  if (error instanceof ServiceError)
    return faultsIn(error) ?? error.detail ?? cause?.message ?? asPartOfALine(errorCodes[error.code].title)
  return message === 'a database query failed' && cause ? `${message} (${cause.message})` : message
}

const asPartOfALine = (title: string) => `${title.charAt(0).toLowerCase()}${title.slice(1)}`

const faultsIn = ({ errors }: ServiceError) =>
  errors?.map(({ path, message }) => `${path}: ${message}`).join('; ')
