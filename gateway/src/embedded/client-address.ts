import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Who asks, as gin tells it: the peer, or whom the trusted proxies between us and the client name. */
export const createClientAddress = (trusted: readonly string[]) => {
  const proxies = new BlockList()
  for (const network of trusted) {
    const [address = '', bits] = network.split('/')
    if (bits === undefined) proxies.addAddress(address, familyOf(address))
    else proxies.addSubnet(address, Number(bits), familyOf(address))
  }
  const isTrusted = (address: string) => proxies.check(address, familyOf(address))

  return (request: IncomingMessage): string => {
    const peer = plain(request.socket.remoteAddress ?? '')
    if (isIP(peer) === 0 || !isTrusted(peer)) return peer
    const named = (request.headersDistinct['x-forwarded-for'] ?? [])
      .join(',')
      .split(',')
      .map((address) => plain(address.trim()))
    // From our side: each proxy adds whom it saw, and only what trusted ones added counts.
    for (const [index, address] of [...named.entries()].toReversed()) {
      if (isIP(address) === 0) return peer
      if (index === 0 || !isTrusted(address)) return address
    }
    return peer
  }
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '')
