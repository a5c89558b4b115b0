// redoc ships one self-contained bundle, the only file of it that is used; its 115 packages would only be downloaded.
function readPackage(pkg) {
  if (pkg.name === 'redoc') {
    pkg.dependencies = {}
    pkg.peerDependencies = {}
  }
  return pkg
}

module.exports = { hooks: { readPackage } }
