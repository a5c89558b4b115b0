import { StartError } from '@accounts/shared/errors/start-error'

interface Route {
  method: string
  endpoint: string
}

interface Node<R> {
  statics: Map<string, Node<R>>
  parameter?: { name: string; node: Node<R> }
  route?: R
}

export type Match<R> =
  | { found: 'route'; route: R; parameters: ReadonlyMap<string, string> }
  | { found: 'other methods'; allowed: string[] }
  | { found: 'nothing' }

/**
 * Finds routes as KrakenD's router does: one tree per method, static segments before parameters, exact case, no
 * repair of slashes. What would make KrakenD panic at start is refused.
 */
export const createRouter = <R extends Route>(routes: readonly R[]) => {
  const trees = new Map<string, Node<R>>()
  for (const route of routes) {
    const tree = trees.get(route.method) ?? emptyNode()
    trees.set(route.method, tree)
    add(tree, route)
  }

  const find = (method: string, path: string): Match<R> => {
    const segments = path.split('/').slice(1)
    const tree = trees.get(method)
    const match = tree && walk(tree, segments, [])
    if (match) return { found: 'route', ...match }
    const allowed = [...trees]
      .filter(([, other]) => walk(other, segments, []) !== undefined)
      .map(([name]) => name)
    return allowed.length > 0 ? { found: 'other methods', allowed } : { found: 'nothing' }
  }
  return { find }
}

const emptyNode = <R>(): Node<R> => ({ statics: new Map() })

const add = <R extends Route>(tree: Node<R>, route: R) => {
  const title = `${route.method} ${route.endpoint}`
  let node = tree
  for (const segment of route.endpoint.split('/').slice(1)) {
    const name = /^\{(.+)\}$/.exec(segment)?.[1]
    if (name === undefined) {
      const next = node.statics.get(segment) ?? emptyNode<R>()
      node.statics.set(segment, next)
      node = next
    } else {
      node.parameter ??= { name, node: emptyNode() }
      if (node.parameter.name !== name)
        throw new StartError(
          `${title}: another route calls its parameter {${node.parameter.name}} at this place`,
        )
      node = node.parameter.node
    }
  }
  if (node.route) throw new StartError(`${title} is declared twice`)
  node.route = route
}

const walk = <R>(
  node: Node<R>,
  [segment, ...rest]: string[],
  parameters: [string, string][],
): { route: R; parameters: ReadonlyMap<string, string> } | undefined => {
  if (segment === undefined) return node.route && { route: node.route, parameters: new Map(parameters) }
  const fixed = node.statics.get(segment)
  const match = fixed && walk(fixed, rest, parameters)
  if (match) return match
  // An empty parameter matches in the middle of a path but not at its end.
  if (!node.parameter || (segment === '' && rest.length === 0)) return undefined
  return walk(node.parameter.node, rest, [...parameters, [node.parameter.name, segment]])
}
