import { describe, expect, it } from 'vitest'
import { fillTemplate, fromEnvironment, listFromEnvironment } from './template.ts'

describe('the calls in krakend.json', () => {
  it('stand for the variables they name', () => {
    const text = '["{{ env `A` }}/x", "{{env `B`}}", "{ {A} }"]'
    expect(fillTemplate(text, { A: 'http://a', B: '{{ env `A` }}' })).toBe(
      '["http://a/x", "{{ env `A` }}", "{ {A} }"]',
    )
  })

  it('stand for what is named after them where the variable is not set or empty', () => {
    const text = `["${fromEnvironment('A', 'http://a')}", "${fromEnvironment('B', 'b')}"]`
    expect(fillTemplate(text, { B: 'set' })).toBe('["http://a", "set"]')
    expect(fillTemplate(text, { A: '', B: '' })).toBe('["http://a", "b"]')
  })

  it('make a list of a variable with commas, and one empty item of none', () => {
    const text = `{ "items": ["${listFromEnvironment('LIST')}"] }`
    expect(JSON.parse(text)).toEqual({ items: [expect.stringContaining('replace')] })
    const items = (value?: string) => JSON.parse(fillTemplate(text, { LIST: value })) as unknown
    expect(items('https://a.example,http://b.example:81')).toEqual({
      items: ['https://a.example', 'http://b.example:81'],
    })
    expect(items('one')).toEqual({ items: ['one'] })
    expect(items()).toEqual({ items: [''] })
    expect(JSON.parse(fillTemplate(`["${listFromEnvironment('LIST', '::1,10.0.0.0/8')}"]`, {}))).toEqual([
      '::1',
      '10.0.0.0/8',
    ])
  })

  it.each([
    ['a variable that is not set', '{{ env `NOWHERE` }}', 'set NOWHERE'],
    ['a variable that is empty', '{{ env `EMPTY` }}', 'set EMPTY'],
    ['a variable that would break the JSON', '{{ env `QUOTE` }}', 'QUOTE holds a quote'],
    [
      'another function',
      '{{ include `file` }}',
      '{{ include `file` }} is not implemented by the embedded gateway',
    ],
    ['a pipe', '{{ env `A` | quote }}', 'is not implemented by the embedded gateway'],
    ['a call without an end', '{{ env `A`', 'a {{ is not closed'],
  ])('are refused: %s', (_, text, message) => {
    expect(() => fillTemplate(text, { A: 'a', EMPTY: '', QUOTE: 'a"b' })).toThrow(message)
  })

  it('are refused all at once, without showing a value', () => {
    expect(() => fillTemplate('{{ env `A` }} {{ env `B` }} {{ env `C` }}', { C: 'secret\n' })).toThrow(
      'set A: the file needs it; set B: the file needs it; C holds a quote, a backslash or a line break',
    )
  })
})
