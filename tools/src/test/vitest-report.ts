import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()), status: z.string() })),
    }),
  ),
})

export type VitestReport = z.infer<typeof reportSchema>

/** Null when vitest ended before it had written one. */
export const readReport = async (file: string): Promise<VitestReport | null> => {
  try {
    return reportSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}
