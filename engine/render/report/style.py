"""What the report of a case adds to the style sheet of pages for readers."""

from __future__ import annotations

from typing import Final

REPORT_STYLE: Final = """
:root { --bad: #9b1c1c; --warn: #7a4b00; }
body { max-width: 60rem; }
article + article { margin-top: 5rem; padding-top: 2rem; border-top: 6px double var(--faint); }
.verdict h1 { margin-bottom: .8rem; }
.verdict .stands { font: 1.15rem/1.45 var(--sans); padding: .9rem 1.1rem; background: var(--band);
  border-left: 6px solid var(--good); margin: 0 0 .8rem; }
.verdict.open .stands { border-color: var(--warn); }
.verdict .stands strong { font-size: 1.3rem; display: block; }
.verdict .about { display: block; }
.level-2 { margin-top: 2.4rem; }
.plain, .terms, .traced { margin: 0; padding: 0; list-style: none; }
li, summary { overflow-wrap: anywhere; }
.plain > li + li { margin-top: .3rem; }
.says > div { padding: .2rem 0; }
.says dt { line-height: 1.55; padding-top: .1rem; }
.deadlines { width: 100%; border-collapse: collapse; font: .9rem/1.45 var(--sans); }
.deadlines th, .deadlines td { text-align: left; vertical-align: top; padding: .5rem .6rem .5rem 0;
  border-bottom: 1px solid var(--faint); }
.deadlines thead th { color: var(--soft); font-weight: 600; }
.deadlines tbody th { white-space: nowrap; padding-right: 1.2rem; font-weight: 600; }
.marks { font: .74rem/1.5 var(--mono); }
.marks a { color: var(--soft); text-decoration-style: dotted; }
.state { font: 600 .82rem/1.4 var(--sans); color: var(--soft); }
.state.running, .state.met, .state.decides, .state.held { color: var(--good); }
.state.missed { color: var(--bad); }
.state.open, .state.paused, .state.set_aside { color: var(--warn); }
.timeline { margin: 0 0 1.2rem; overflow-x: auto; }
.timeline svg { display: block; width: 100%; min-width: 44rem; height: auto; }
details { border-top: 1px solid var(--faint); padding: .5rem 0; }
details details { border: 0; padding: .15rem 0; }
summary { cursor: pointer; font: .95rem/1.45 var(--sans); }
section > details > summary { font-weight: 600; padding: .2rem 0; }
summary .result { font-weight: 400; color: var(--soft); }
summary .short { color: var(--soft); font-size: .9em; }
summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.traced { padding-left: 1.3rem; }
.traced > li { padding: .1rem 0; font: .95rem/1.45 var(--sans); }
.traced > .unreached { padding-left: 1.05rem; color: var(--soft); }
.traced .terms, .lines .terms, details > .terms { font: .92rem/1.5 var(--serif); margin: .2rem 0 .4rem;
  padding-left: 1rem; border-left: 2px solid var(--faint); }
.traced .says { margin-left: 1rem; }
.terms > li { margin: .15rem 0; }
.terms .terms { margin: .1rem 0; padding-left: 1rem; border-left: 2px solid var(--faint); font-size: 1em; }
.sources li { font-size: .9rem; }
.sources code { font-size: .85em; }
.cases + main { margin-top: 2.5rem; }
.cases ol { columns: 1; list-style: decimal; padding-left: 1.4rem; }
.cases a { text-decoration: underline; color: var(--accent); }
.cases .wrong { color: var(--bad); }
.identity { margin-top: 2rem; overflow-wrap: anywhere; }
@media screen and (max-width: 40rem) {
  .deadlines thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .deadlines tr, .deadlines th, .deadlines td { display: block; border: 0; padding: 0; }
  .deadlines tr { padding: .6rem 0; border-bottom: 1px solid var(--faint); }
  .traced { padding-left: .3rem; }
}
@media screen and (prefers-color-scheme: dark) { :root { --bad: #f0a0a0; --warn: #e6bd6a; } }
@media print {
  article + article { break-before: page; border: 0; }
  .deadlines tr, summary, .terms > li { break-inside: avoid; }
  summary { break-after: avoid; }
  .timeline { break-inside: avoid; overflow: visible; }
  .timeline svg { min-width: 0; }
  .verdict .stands { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
