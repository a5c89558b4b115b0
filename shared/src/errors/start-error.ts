/** The service can't start and a person can mend it: the message says what is wrong and what to do, in one line. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
  }
}
