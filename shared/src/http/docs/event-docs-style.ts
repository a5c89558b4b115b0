export const eventsStyle = `
:root { color-scheme: light; --line: #d9dee5; --quiet: #55606e; --ground: #f5f7f9; --link: #0b57a4 }
* { box-sizing: border-box }
body { margin: 0; background: #fff; color: #1a212b; font: 16px/1.55 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem }
h2 { font-size: 1.35rem; margin: 2.75rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem }
p { margin: .5rem 0; max-width: 46rem }
a { color: var(--link) }
.quiet { color: var(--quiet) }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { background: var(--ground); border-radius: 3px; padding: .1em .3em; overflow-wrap: anywhere }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; margin: .25rem 0; padding: .8rem 1rem;
  overflow-x: auto }
pre code { padding: 0; background: none; overflow-wrap: normal }
table { width: 100%; border-collapse: collapse }
th, td { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { color: var(--quiet); font-weight: 600; font-size: .875rem }
th:first-child { width: 12.5rem }
th:nth-child(2):not(:last-child) { width: 15rem }
td > code:only-child { white-space: nowrap }
@media (max-width: 40rem) {
  main { padding: 1.25rem 1rem 3rem }
  h1 { font-size: 1.6rem }
  table, tbody, tr, td { display: block }
  thead { display: none }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line) }
  td { border: 0; padding: .1rem 0 }
  td > code:only-child { white-space: normal }
}
`
