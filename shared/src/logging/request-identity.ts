/** What makes a request findable: in its answer, in log lines, audit rows and the events that it caused. */
export interface RequestIdentity {
  requestId?: string | undefined
  /** W3C Trace Context, as the caller sent it. */
  traceparent?: string | undefined
}

const traceIdOf = (traceparent: string) => traceparent.split('-')[1]

/** As it stands in a log line, where what is undefined is left out. */
export const identityFacts = ({ requestId, traceparent }: RequestIdentity) => ({
  request_id: requestId,
  trace_id: traceparent === undefined ? undefined : traceIdOf(traceparent),
})
