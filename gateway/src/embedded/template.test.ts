import { describe, expect, it } from 'vitest'
import { fillTemplate } from './template.ts'

describe('the calls in krakend.json', () => {
  it('stand for the variables they name', () => {
    const text = '["{{ env `A` }}/x", "{{env `B`}}", "{ {A} }"]'
    expect(fillTemplate(text, { A: 'http://a', B: '{{ env `A` }}' })).toBe(
      '["http://a/x", "{{ env `A` }}", "{ {A} }"]',
    )
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
