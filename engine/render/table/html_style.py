"""The style sheet of the framework table as a page: for a screen, a phone and paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { --ink: #1c2430; --soft: #566072; --line: #d5dae2; --band: #f4f6f9; --accent: #0b5a7d; --yes: #0f6b3c; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 96rem; color: var(--ink); background: #fff;
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .6rem; }
p { margin: .2rem 0; }
td > div > :first-child { margin-top: 0; }
.facts, .note, .remark { color: var(--soft); }
.facts code { font-size: .85em; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; list-style: none; margin: .8rem 0 1.2rem; padding: 0; }
a { color: var(--accent); }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
h3 .note { font-weight: 400; font-size: .8rem; margin-left: .4rem; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
caption { text-align: left; padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .65rem; border: 1px solid var(--line); }
thead th { background: var(--band); font-weight: 600; }
th .note, td .note, caption .note { font-weight: 400; font-size: .85rem; }
tbody th { background: var(--band); font-weight: 400; }
tbody th .title { font-weight: 600; }
.framework > caption { color: var(--soft); }
.framework thead .narrow { width: 12%; }
.framework > tbody > tr { border-top: 2px solid var(--accent); }
.rules th:first-child { width: 13rem; }
.rules td:nth-child(2) { width: 32%; }
.rules td:last-child { width: 15rem; }
.rules tbody th .title::before { content: counter(rule) ". "; color: var(--soft); }
.rules tbody { counter-reset: rule; }
.rules tbody tr { counter-increment: rule; }
.label { font-weight: 600; }
.lead { color: var(--accent); font-weight: 600; }
.lines, .alternatives, .parts { margin: 0; padding: 0; list-style: none; }
.lines > li + li { margin-top: .55rem; }
.alternatives { padding-left: .7rem; border-left: 2px solid var(--line); }
.alternatives > li + li { margin-top: .3rem; }
.parts { padding-left: 1rem; list-style: disc; }
.parts .parts { list-style: circle; }
.brief { margin: 0 0 .5rem; padding-left: 1.3rem; }
.brief a { color: inherit; text-decoration-color: #9aa4b3; text-underline-offset: 2px; }
.cell-title { display: none; }
.marks { font-size: .75rem; line-height: 1.6; color: var(--soft); }
.marks a { color: var(--soft); text-decoration: none; border-bottom: 1px dotted #9aa4b3; }
.marks > * { margin-right: .6em; }
.marks a:hover, .marks a:focus { color: var(--accent); border-bottom-style: solid; }
.term { text-decoration-style: dotted; text-underline-offset: 2px; }
.always { padding: .5rem .65rem; border: 1px solid var(--line); margin: 0 0 1rem; }
.defined { margin: 0; }
.defined > div { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 0 1rem; padding: .45rem 0;
  border-top: 1px solid var(--line); }
.defined dt { font-weight: 600; overflow-wrap: anywhere; }
.defined dd { margin: 0; }
.sources dt { font: .8rem/1.7 ui-monospace, Menlo, Consolas, monospace; font-weight: 400; }
.sources > div { grid-template-columns: 22rem minmax(0, 1fr); padding: .15rem 0; }
:target { background: #fff6d6; }
@media screen and (max-width: 60rem) {
  body { padding: 1rem .8rem 3rem; }
  table, caption, tbody, tr, th, td, .rules th:first-child, .rules td:nth-child(2), .rules td:last-child
  { display: block; width: auto; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { margin-bottom: 1.2rem; border: 1px solid var(--line); border-top: 2px solid var(--accent); }
  th, td { border: 0; border-top: 1px solid var(--line); }
  tbody th { border-top: 0; }
  .cell-title { display: block; font-weight: 600; }
  .rules td { display: grid; grid-template-columns: 6rem minmax(0, 1fr); padding: .25rem .65rem; border: 0; }
  .rules td > .cell-title { margin: 0; font-weight: 400; color: var(--soft); }
  .rules td:nth-child(2) { padding-top: .5rem; }
  .rules td:nth-child(2) > .cell-title { display: none; }
  .rules td:last-child { padding-bottom: .5rem; }
  .defined > div, .sources > div { grid-template-columns: minmax(0, 1fr); }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  html { font-size: 9pt; }
  body { padding: 0; max-width: none; font-size: 1rem; }
  nav { display: none; }
  a, .brief a, .term { color: inherit; text-decoration: none; }
  .marks a { border: 0; }
  .wide { overflow: visible; }
  .rules tr, .defined > div, .lines > li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""
