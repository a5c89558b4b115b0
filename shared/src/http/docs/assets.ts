import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { Router } from 'express'

const require = createRequire(import.meta.url)

export const readPackageFile = (specifier: string) => readFileSync(require.resolve(specifier))

/**
 * Serves exactly these files, from memory, where they come when somebody first looks: most services never show them. The
 * content's hash is a part of the URL, so a browser may keep each for ever and still gets the new one after an upgrade.
 */
export const createAssets = <Name extends string>(files: Readonly<Record<Name, () => Buffer | string>>) => {
  const loads = new Map(
    Object.entries<() => Buffer | string>(files).map(([name, read]) => [name, once(() => load(read()))]),
  )
  const router: Router = Router({ caseSensitive: true, strict: true })
  router.get('/docs/assets/:hash/:name', ({ params }, response, next) => {
    const asset = loads.get(params.name)?.()
    if (asset?.hash !== params.hash) return next()
    response
      .set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `"${asset.hash}"` })
      .type(extname(params.name))
      .send(asset.content)
  })
  return {
    router,
    urlOf: (name: Name) => `/docs/assets/${loads.get(name)?.().hash}/${name}`,
  }
}

const load = (content: Buffer | string) => ({
  content,
  hash: createHash('sha256').update(content).digest('hex').slice(0, 16),
})

/** Made when it is first asked for. */
export const once = <Made>(make: () => Made): (() => Made) => {
  let made: { value: Made } | undefined
  return () => (made ??= { value: make() }).value
}
