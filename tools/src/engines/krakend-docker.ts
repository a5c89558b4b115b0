import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineNeeds } from './engine.ts'

const image = 'krakend:2.13'

/** Tests want a program: with their arguments, environment, working folder and temporary files. */
const wrapper = (docker: string, label: string) => `#!/bin/sh
set -- --entrypoint /usr/bin/krakend ${image} "$@"
for name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case $name in PATH | HOME | HOSTNAME | PWD) ;; *) set -- -e "$name" "$@" ;; esac
done
[ "$PWD" = '${tmpdir()}' ] || set -- -v "$PWD:$PWD" "$@"
exec '${docker}' run --rm --network host --label '${label}' --user "$(id -u):$(id -g)" \\
  -w "$PWD" -v '${tmpdir()}:${tmpdir()}' "$@"
`

export const krakendInDocker = async ({ docker, runFolder, say }: EngineNeeds) => {
  const program = await docker.withImage(image, say)
  const label = docker.label('krakend')
  const path = join(runFolder, 'krakend')
  await writeFile(path, wrapper(program, label), { mode: 0o755 })
  return { program: path, end: () => docker.removeContainers(program, label) }
}
