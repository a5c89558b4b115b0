// Plain JavaScript of an old dialect on purpose: it has to run, and speak, on the Node versions it turns away.
var wanted = [20, 19]
var found = process.versions.node.split('.').map(Number)
if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  console.error(
    'Node ' +
      process.versions.node +
      ' is too old: install Node ' +
      wanted.join('.') +
      ' or newer and run the command again.',
  )
  process.exit(1)
}
