import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeDevice } from './device.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const onWindows = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit}`
const onMac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const onAndroid = `Mozilla/5.0 (Linux; Android 10; K) ${webkit}`
const onIphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const onIpad = 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

const browsers = [
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0'],
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0'],
  ['Firefox on macOS', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:128.0) Gecko/20100101 Firefox/128.0'],
  ['Firefox on Android', 'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0'],
  ['Firefox on iPhone', `${onIphone} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`],
  ['Firefox on iPad', `${onIpad} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`],
  ['Safari on iPhone', `${onIphone} Version/17.5 Mobile/15E148 Safari/604.1`],
  ['Safari on iPad', `${onIpad} Version/17.5 Mobile/15E148 Safari/604.1`],
  ['Safari on macOS', `${onMac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15`],
  ['Chrome on Android', `${onAndroid} Chrome/126.0.0.0 Mobile Safari/537.36`],
  ['Chrome on Windows', `${onWindows} Chrome/126.0.0.0 Safari/537.36`],
  ['Chrome on macOS', `${onMac} ${webkit} Chrome/126.0.0.0 Safari/537.36`],
  ['Chrome on Linux', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/126.0.0.0 Safari/537.36`],
  ['Chrome on ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/126.0.0.0 Safari/537.36`],
  ['Chrome on iPhone', `${onIphone} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`],
  ['Chrome on Linux', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/126.0.0.0 Safari/537.36`],
  ['Edge on Windows', `${onWindows} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`],
  ['Edge on Windows', `${onWindows} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763`],
  ['Edge on Android', `${onAndroid} Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0`],
  ['Edge on iPhone', `${onIphone} Version/17.0 EdgiOS/126.0.2592.56 Mobile/15E148 Safari/604.1`],
  ['Opera on Windows', `${onWindows} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0`],
  ['Opera on Android', `${onAndroid} Chrome/125.0.0.0 Mobile Safari/537.36 OPR/82.0.0.0`],
  ['Opera on iPhone', `${onIphone} Version/17.5 Mobile/15E148 Safari/604.1 OPT/4.8.0`],
  [
    'Opera on Android',
    'Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; en) Presto/2.12.423 Version/12.16',
  ],
  [
    'Samsung Internet on Android',
    `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) ${webkit} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
  ],
  [
    'Samsung Internet on TV',
    `Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) ${webkit} SamsungBrowser/4.0 Chrome/94.0.4606.31 TV Safari/537.36`,
  ],
  ['Vivaldi on Windows', `${onWindows} Chrome/124.0.0.0 Safari/537.36 Vivaldi/6.7.3329.31`],
  ['Yandex Browser on Windows', `${onWindows} Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36`],
  ['DuckDuckGo on iPhone', `${onIphone} Version/17.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15`],
  ['Internet Explorer on Windows', 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko'],
  [
    'Edge on Windows Phone',
    'Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063',
  ],
  [
    'Unknown browser on Android',
    'Mozilla/5.0 (Linux; U; Android 4.4.2; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30',
  ],
  ['Unknown browser on iPhone', `${onIphone} Mobile/15E148 [FBAN/FBIOS;FBAV/467.0.0]`],
  [
    'Chrome on Android',
    `Mozilla/5.0 (Linux; Android 10; CUBOT X30) ${webkit} Chrome/126.0.0.0 Mobile Safari/537.36`,
  ],
] as const

const programs = [
  ['curl', 'curl/8.5.0'],
  ['Wget', 'Wget/1.21.4'],
  ['HTTPie', 'HTTPie/3.2.2'],
  ['Postman', 'PostmanRuntime/7.39.0'],
  ['Python', 'python-requests/2.32.3'],
  ['Python', 'Python/3.12 aiohttp/3.9.5'],
  ['Node.js', 'node'],
  ['Node.js', 'axios/1.7.2'],
  ['Go', 'Go-http-client/1.1'],
  ['OkHttp', 'okhttp/4.12.0'],
  ['Dart', 'Dart/3.4 (dart:io)'],
  ['App on Apple device', 'Notes/42 CFNetwork/1494.0.7 Darwin/23.4.0'],
  [
    'PowerShell on Windows',
    'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.2506',
  ],
  ['Bot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  [
    'Bot',
    `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) ${webkit} Chrome/126.0.0.0 Mobile Safari/537.36 (compatible; bingbot/2.0)`,
  ],
  ['Bot', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['Bot', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
] as const

describe('the name of a device', () => {
  it.each([...browsers, ...programs])('is "%s" for %s', (device, userAgent) => {
    expect(describeDevice(userAgent)).toBe(device)
  })

  it.each([
    ['nothing', null],
    ['an empty text', ''],
    ['spaces', '   '],
    ['the gateway itself', 'KrakenD Version 2.10.0'],
    ['a product that is not known', 'Evil<script>alert(1)</script>/1.0'],
    ['control characters', '\0\u0007\u001B[31m\r\n'],
    ['the names of objects', '__proto__ constructor toString'],
  ])('is "Unknown device" for %s', (_what, userAgent) => {
    expect(describeDevice(userAgent)).toBe('Unknown device')
  })

  it('never holds anything that a client has written but the name of a product that is known', () => {
    const known = [...browsers, ...programs].map(([, userAgent]) => userAgent)
    const parts = known.flatMap((userAgent) => userAgent.split(/(?=[ ;(])/))
    const part = fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 30 }))
    const userAgents = fc.array(part, { maxLength: 12 }).map((chosen) => chosen.join(''))
    fc.assert(
      fc.property(userAgents, (userAgent) => {
        const device = describeDevice(userAgent)
        expect(device).toMatch(/^[A-Za-z.]+(?: [A-Za-z]+)*$/)
        expect(device.length).toBeLessThanOrEqual(60)
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes no time that grows faster than the text', () => {
    const hostile = ['(Macintosh ', 'Windows ', 'bot', ' Safari', '/', '(iPhone('].map((text) =>
      text.repeat(20_000),
    )
    const startedAt = performance.now()
    for (const text of hostile) expect(describeDevice(text).length).toBeLessThanOrEqual(60)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
