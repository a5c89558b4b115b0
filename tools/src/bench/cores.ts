import { availableParallelism } from 'node:os'
import { findProgram } from '../engines/find-program.ts'

export const coreCount = availableParallelism()

const canPin = coreCount > 1 && findProgram('taskset', process.env['PATH'] ?? '') !== undefined

/** For `taskset`; `undefined`: wherever the system likes. */
export const cores = canPin ? { server: '0', load: '1' } : { server: undefined, load: undefined }

export const coresNote = canPin
  ? 'server on core 0, load on core 1'
  : 'server and load share all cores: this machine has only one, or no taskset'
