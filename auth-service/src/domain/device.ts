type Sign = readonly [name: string, pattern: RegExp]

/** Asked in this order, because most of them claim to be one further down as well. */
const products: readonly Sign[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|OPT|OPX|OPiOS|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Huawei Browser', /\bHuaweiBrowser\//],
  ['Mi Browser', /\bMiuiBrowser\//],
  ['UC Browser', /\bUCBrowser\//],
  ['Yandex Browser', /\bYaBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\//],
  ['Firefox', /\b(?:Firefox|FxiOS|Focus)\//],
  ['Chrome', /\b(?:Headless)?Chrome\/|\bCriOS\//],
  ['Internet Explorer', /\bMSIE |\bTrident\//],
  // The browser of old Androids, and many a program on Linux, say Safari too.
  ['Safari', /^Mozilla\/5\.0 \((?:Macintosh|iPhone|iPad|iPod|Windows)\b.*\bSafari\//],
  ['PowerShell', /\b(?:Windows)?PowerShell\//],
  ['curl', /^curl\//],
  ['Wget', /^Wget\//],
  ['HTTPie', /^HTTPie\//],
  ['Postman', /^PostmanRuntime\//],
  ['Insomnia', /^insomnia\//i],
  ['Python', /^(?:python-requests|python-httpx|Python-urllib|Python)\//],
  ['Node.js', /^(?:node|undici|node-fetch|axios|got)\b/],
  ['Go', /^Go-http-client\//],
  ['Java', /^(?:Java|Java-http-client|Apache-HttpClient)\//],
  ['OkHttp', /^okhttp\//],
  ['Dart', /^Dart\//],
  ['App', /\bCFNetwork\//],
]

const platforms: readonly Sign[] = [
  ['Windows Phone', /\bWindows Phone\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['iPod', /\biPod\b/],
  ['Xbox', /\bXbox\b/],
  ['PlayStation', /\bPlayStation\b/i],
  ['TV', /\b(?:SMART-TV|SmartTV|Web0S|AppleTV|CrKey)\b/],
  ['KaiOS', /\bKAIOS\//],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
  ['Apple device', /\bDarwin\//],
]

// Not "bot" alone: there are telephones called Cubot.
const botSign = /(?:bot|crawler|spider)[/;)-]|externalhit/i

/**
 * What a session runs on, in words for people. Made of the names above and of nothing that the client has sent, so that
 * it can be shown anywhere.
 */
export const describeDevice = (userAgent: string | null): string => {
  if (userAgent === null) return unknownDevice
  if (botSign.test(userAgent)) return 'Bot'
  const product = nameIn(products, userAgent)
  const platform = nameIn(platforms, userAgent)
  if (platform === undefined) return product ?? unknownDevice
  return `${product ?? 'Unknown browser'} on ${platform}`
}

const unknownDevice = 'Unknown device'

const nameIn = (signs: readonly Sign[], userAgent: string) =>
  signs.find(([, pattern]) => pattern.test(userAgent))?.[0]
