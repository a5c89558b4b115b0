import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { Router } from 'express'

const require = createRequire(import.meta.url)

export const readPackageFile = (specifier: string) => readFileSync(require.resolve(specifier))

/**
 * Serves exactly these files, from memory. The content's hash is a part of the URL, so a browser may keep each for
 * ever and still gets the new one after an upgrade.
 */
export const createAssets = <Name extends string>(files: Readonly<Record<Name, Buffer | string>>) => {
  const assets = Object.entries<Buffer | string>(files).map(([name, content]) => {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 16)
    return { name, content, hash, url: `/docs/assets/${hash}/${name}` }
  })
  const router: Router = Router({ caseSensitive: true, strict: true })
  router.get('/docs/assets/:hash/:name', ({ params }, response, next) => {
    const asset = assets.find(({ hash, name }) => hash === params.hash && name === params.name)
    if (asset === undefined) return next()
    response
      .set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `"${asset.hash}"` })
      .type(extname(asset.name))
      .send(asset.content)
  })
  return {
    router,
    urls: Object.fromEntries(assets.map(({ name, url }) => [name, url])) as Record<Name, string>,
  }
}
