import type { AsyncApiDocument, EventDescription, ObjectSchema } from '../../events/asyncapi.ts'
import { describeSchema } from './describe-schema.ts'
import { escapeHtml } from './page.ts'

interface EventsPageParts {
  document: AsyncApiDocument
  /** URL of its style sheet. */
  style: string
}

/** The events' document for people. No script has to run for it. */
export const renderEventsPage = ({ document, style }: EventsPageParts) => {
  const { info, channels, components } = document
  const events = Object.entries(components.messages)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
</head>
<body>
<main>
<h1>${escapeHtml(info.title)}</h1>
<p class="quiet">Version ${escapeHtml(info.version)} · <a href="/asyncapi.json">asyncapi.json</a> (AsyncAPI ${document.asyncapi})</p>
${info.description.split('\n\n').map(paragraph).join('\n')}
${renderTable(
  ['Event', 'Routing key', 'When'],
  events.map(([key, event]) => [
    `<a href="#${key}">${escapeHtml(event.name)}</a>`,
    code(event['x-routing-key']),
    prose(event.summary),
  ]),
)}
<h2 id="channels">Where they travel</h2>
${renderTable(
  ['Name', 'What it is'],
  Object.entries(channels).map(([name, { title, description }]) => [
    code(name),
    `${escapeHtml(title)}. ${prose(description)}`,
  ]),
)}
${events.map(([key, event]) => renderEvent(key, event)).join('\n')}
<h2 id="headers">Headers</h2>
<p>The same for every event.</p>
${renderMembers(components.schemas.EventHeaders)}
<h2 id="properties">AMQP properties</h2>
${renderMembers(document['x-amqp-properties'])}
</main>
</body>
</html>
`
}

const renderEvent = (key: string, event: EventDescription) => `<section>
<h2 id="${key}">${escapeHtml(event.name)}</h2>
${paragraph(event.summary)}
<p>Routing key ${code(event['x-routing-key'])}</p>
${renderMembers(event.payload)}
${event.examples.map(renderExample).join('\n')}
</section>`

const renderExample = ({ headers, payload }: EventDescription['examples'][number]) => `<h3>Example</h3>
${json(payload)}
<h3>Its headers</h3>
${json(headers)}`

const renderMembers = ({ properties = {}, required = [] }: ObjectSchema) =>
  renderTable(
    ['Member', 'Type', 'Meaning'],
    Object.entries(properties).map(([name, schema]) => {
      const { type, description } = describeSchema(schema)
      const optional = required.includes(name) ? '' : ', may be absent'
      return [code(name), `${escapeHtml(type)}${optional}`, prose(description)]
    }),
  )

const renderTable = (heads: readonly string[], rows: readonly string[][]) => `<table>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}
</tbody>
</table>`

const paragraph = (text: string) => `<p>${prose(text)}</p>`

const prose = (text: string) => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

const code = (text: string) => `<code>${escapeHtml(text)}</code>`

const json = (value: object) => `<pre><code>${escapeHtml(JSON.stringify(value, null, 2))}</code></pre>`
