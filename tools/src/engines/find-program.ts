import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export const isProgram = (path: string) => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export const findProgram = (name: string, pathVariable: string) =>
  pathVariable
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isProgram)
