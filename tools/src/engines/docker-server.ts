import type { EngineName } from '@accounts/shared/testing/engine-labels'
import type { EngineNeeds } from './engine.ts'
import { startServer } from './server.ts'

type DockerServer<Answer> = {
  name: EngineName
  image: string
  options?: string[]
  command?: string[]
  probe: () => Promise<Answer>
  withinMilliseconds: number
}

/** On the network of the host, so that the server listens where it is told to: on 127.0.0.1. */
export const startDockerServer = async <Answer>(
  { docker, environment, signal, say }: EngineNeeds,
  { name, image, options = [], command = [], probe, withinMilliseconds }: DockerServer<Answer>,
) => {
  const program = await docker.withImage(image, say)
  const label = docker.label(name)
  const words = ['run', '--rm', '--network', 'host', '--label', label, ...options, image, ...command]
  const remove = () => docker.removeContainers(program, label)
  try {
    const started = await startServer(
      { program, arguments: words, environment },
      { probe, signal, withinMilliseconds },
    )
    const end = async () => {
      await remove()
      await started.server.end()
    }
    return { answer: started.answer, end }
  } catch (error) {
    await remove()
    throw error
  }
}
