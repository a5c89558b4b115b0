import { readPackageFile } from './assets.ts'

const emptyImage = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>')}`

/** Redoc's bundle with two changes that none of its options can make. */
export const readRedocBundle = () =>
  readPackageFile('redoc/bundles/redoc.standalone.js')
    .toString()
    // Shows a logo from a CDN.
    .replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', emptyImage)
    // Takes a nonce for its style elements only after it has made the first ones.
    .replace('.nc=void 0', '.nc=document.currentScript.nonce')
