interface PageParts {
  title: string
  rootId: string
  styles: readonly string[]
  scripts: readonly string[]
  nonce?: string
}

/** A page that scripts fill. The empty icon keeps browsers from asking for /favicon.ico. */
export const renderPage = ({ title, rootId, styles, scripts, nonce }: PageParts) => {
  const scriptAttributes = nonce === undefined ? 'defer' : `nonce="${nonce}" defer`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
${styles.map((url) => `<link rel="stylesheet" href="${url}">`).join('\n')}
</head>
<body>
<div id="${rootId}"></div>
${scripts.map((url) => `<script src="${url}" ${scriptAttributes}></script>`).join('\n')}
</body>
</html>
`
}

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
