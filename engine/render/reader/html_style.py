"""The style sheet of the page for readers: for a screen, a phone and paper, by day and by night."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { --ink: #1d2530; --soft: #525c6b; --faint: #d9dee6; --band: #f5f6f8; --paper: #fff; --accent: #0b5470;
  --lead: #0b5470; --mark: #fff3c9; --good: #14613b;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, "Times New Roman", serif;
  --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 72rem; color: var(--ink); background: var(--paper);
  font: 17px/1.55 var(--serif); }
h1, h2, h3, h4, h5, h6, nav, .about, .label, .lead, dt, th, .rests, .note, .details, .mark, footer, .framework, .taken
{ font-family: var(--sans); }
h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.01em; margin: 0 0 .6rem; max-width: 24em; }
h2 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .8rem; }
h3 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .5rem; }
h4 { font-size: 1rem; margin: 0 0 .4rem; }
h5, .rules h3, .rules h4 { font-size: 1rem; margin: 0 0 .15rem; }
.level-2 { margin-top: 3.5rem; padding-top: 1.2rem; border-top: 3px solid var(--ink); }
.level-3 { margin-top: 2.8rem; padding-top: .9rem; border-top: 1px solid var(--soft); }
.part { margin-top: 1.6rem; }
.number { color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; margin-right: .35em; }
p { margin: 0 0 .6rem; }
section > p, .part > p { max-width: 44rem; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: .06em; }
a:focus-visible, main:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: 0; }
code { font: .78em var(--mono); color: var(--soft); overflow-wrap: anywhere; }
strong { font-weight: 600; }
.skip { position: absolute; left: -100vw; top: 0; }
.skip:focus { left: 1rem; top: .5rem; padding: .4rem .8rem; background: var(--paper); z-index: 1; }
.about { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; padding: 0; list-style: none;
  color: var(--soft); font-size: .95rem; }
nav { margin: 2rem 0 0; padding: 1rem 1.3rem 1.1rem; background: var(--band); font-size: .9rem; line-height: 1.6; }
.nav-title { font-weight: 600; margin: 0 0 .4rem; }
nav ol { list-style: none; margin: 0; padding: 0; columns: 2; column-gap: 2.5rem; }
nav ol ol { columns: 1; padding-left: 1.6rem; }
nav li { break-inside: avoid; }
nav > ol > li:has(ol) { break-inside: auto; }
nav a { text-decoration: none; color: inherit; }
nav a:hover { color: var(--accent); text-decoration: underline; }
.points { margin: 0; padding-left: 1.2rem; max-width: 44rem; }
.points li { margin: 0 0 .3rem; }
.note { color: var(--soft); font-size: .85rem; line-height: 1.5; margin: 0 0 .3rem; }
.label { font-weight: 600; font-size: .88em; }
.lead { color: var(--lead); font-weight: 600; font-size: .92em; }
.lines, .alternatives, .parts, .rules, .values, .rests ul { margin: 0; padding: 0; list-style: none; }
.lines > li { padding: .6rem 0; border-top: 1px solid var(--faint); }
.alternatives { margin: .3rem 0 0; padding-left: .9rem; border-left: 2px solid var(--faint); }
.alternatives > li + li { margin-top: .45rem; }
.parts { padding-left: 1.3rem; list-style: disc; }
.parts .parts { list-style: circle; }
.term { text-decoration-style: dotted; }
.rests { color: var(--soft); font-size: .78rem; line-height: 1.45; margin-top: .35rem; }
.rests > p { margin: 0; font-weight: 600; }
.rests li { padding-left: .8em; text-indent: -.8em; }
.rests li::before { content: "\\2013\\00a0"; }
.rests a { color: inherit; font: .92em var(--mono); text-decoration-style: dotted; overflow-wrap: anywhere; }
.rests a[href^="#reading"] { font: inherit; }
.rules { counter-reset: rule; }
.rule { counter-increment: rule; padding: .9rem 0 1rem; border-top: 1px solid var(--faint); }
ol.rules > .rule > .row > .body > :first-child::before { content: counter(rule) ". ";
  color: var(--soft); font-weight: 400; }
.says { margin: .45rem 0 .35rem; padding: .45rem .8rem; background: var(--band); }
.says > div, .details > div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 .8rem; }
.says dt { font-size: .82rem; line-height: 1.9; color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.means { color: var(--soft); font-size: .92em; margin: .15rem 0 .3rem; padding-left: .9rem;
  border-left: 2px solid var(--faint); }
@media screen and (min-width: 56rem) {
  .row, .facts .entry, .words .entry, .clauses .entry
  { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2rem; }
  .row > .rests, .facts .details, .words .details, .clauses .details
  { margin: .15rem 0 0; padding-left: 1rem; border-left: 1px solid var(--faint); }
  .facts .details > div, .words .details > div, .clauses .details > div
  { grid-template-columns: 6.2rem minmax(0, 1fr); }
}
.entry { padding: .75rem 0; border-top: 1px solid var(--faint); break-inside: avoid; }
.entry p { margin: 0 0 .25rem; max-width: 46rem; }
.entry h3 { font-size: 1rem; margin: 0 0 .2rem; }
.changes .title { font: 600 1rem/1.4 var(--sans); }
.changes .details { font-size: .9rem; color: var(--ink); }
.clauses .entry { position: relative; padding: .4rem 0 .4rem 3.2rem; }
.clauses .mark { position: absolute; left: 0; width: 2.4rem; text-align: right; }
.mark { color: var(--soft); font-size: .82em; font-weight: 400; font-variant-numeric: tabular-nums; }
.readings .mark { font-size: 1em; }
.readings h3 .mark::after { content: "."; }
.values { margin: .2rem 0 .35rem; padding-left: .9rem; border-left: 2px solid var(--faint); }
.values li { margin: 0 0 .15rem; }
.values .chosen { font-weight: 600; }
.taken { color: var(--good); font-size: .8rem; margin-left: .3rem; }
.details { margin: .2rem 0 0; font-size: .82rem; line-height: 1.5; color: var(--soft); }
.details dt { font-weight: 600; }
.details a { color: inherit; text-decoration-style: dotted; }
:target { background: var(--mark); box-shadow: 0 0 0 .4rem var(--mark); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 3px solid var(--ink); font-size: .8rem; color: var(--soft);
  overflow-wrap: anywhere; }

.framework { width: 100%; border-collapse: collapse; font-size: .82rem; line-height: 1.45; }
.framework caption { text-align: left; color: var(--soft); padding: 0 0 .6rem; }
.framework th, .framework td { text-align: left; vertical-align: top; padding: .6rem .7rem; }
.framework th { font-weight: 400; }
.framework thead th { font-weight: 600; border-bottom: 2px solid var(--ink); }
.framework thead .note { font-weight: 400; font-size: .75rem; line-height: 1.35; margin-top: .15rem; }
.framework thead .narrow { width: 14%; }
.framework tbody tr { border-bottom: 1px solid var(--soft); }
.framework tbody th p { color: var(--soft); margin: .2rem 0 0; }
.framework .title { font-weight: 600; font-size: 1rem; }
.framework .lines > li { padding: 0; border: 0; }
.framework .lines > li + li { margin-top: .5rem; }
.framework .brief { margin: .1rem 0 .6rem; padding-left: 1.2rem; }
.framework .brief a { color: inherit; text-decoration-style: dotted; }
.framework .label { margin: 0; }
.cell-title { display: none; }
.wide { overflow-x: auto; }
@media (min-width: 80rem) { .wide { margin: 0 -3rem; } }

@media screen and (max-width: 56rem) {
  body { padding: 1.2rem 1rem 3rem; font-size: 16px; }
  h1 { font-size: 1.6rem; }
  nav ol { columns: 1; }
  .level-2 { margin-top: 2.6rem; }
  .framework, .framework caption, .framework tbody, .framework tr, .framework th, .framework td
  { display: block; width: auto; }
  .framework thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .framework tbody tr { margin: 0 0 1.2rem; border: 1px solid var(--faint); border-top: 3px solid var(--accent); }
  .framework td { border-top: 1px solid var(--faint); }
  .framework .cell-title { display: block; margin: 0 0 .15rem; color: var(--soft); font-weight: 600; }
  .says > div { grid-template-columns: minmax(0, 1fr); }
  .details > div { display: block; }
  .details dt, .details dd { display: inline; }
  .details dt::after { content: ": "; }
  .says > div + div { margin-top: .3rem; }
  .says dt { line-height: 1.5; }
  .clauses .entry { padding-left: 2.6rem; }
  .clauses .mark { width: 2rem; }
}
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e4e7ec; --soft: #a4adba; --faint: #333b46; --band: #1e242c; --paper: #14181d; --accent: #7cc4e0;
    --lead: #8fcde6; --mark: #3b3514; --good: #7fd0a4; }
}
@media print {
  @page { margin: 17mm 16mm 18mm;
    @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt sans-serif; color: #525c6b; } }
  @page wide { size: landscape; margin: 14mm 14mm 16mm; }
  html { font-size: 12px; }
  body { padding: 0; max-width: none; font-size: 9.4pt; line-height: 1.4; }
  .skip { display: none; }
  nav { background: none; padding: 0; margin: 1rem 0 0; line-height: 1.45; }
  a, .term, .framework .brief a { color: inherit; text-decoration: none; }
  .level-2 { margin-top: 1.8rem; padding-top: .8rem; border-top-width: 2px; }
  .level-3 { margin-top: 1.6rem; padding-top: .6rem; }
  .part { margin-top: 1rem; }
  .rule { padding: .5rem 0; }
  .entry, .lines > li { padding: .35rem 0; }
  #framework { break-before: avoid; }
  section:has(> #framework) { page: wide; border: 0; margin: 0; padding: 0; }
  .wide { overflow: visible; margin: 0; }
  .framework { font-size: 7.6pt; line-height: 1.35; }
  .framework thead { display: table-header-group; }
  .framework thead .narrow { width: 11%; }
  .framework tbody tr { break-inside: avoid; }
  .rule, .lines > li, .entry, .says, .points li { break-inside: avoid; }
  .row, .facts .entry, .words .entry, .clauses .entry
  { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2.2fr); gap: 0 .5cm; }
  .row > .rests, .facts .details, .words .details, .clauses .details
  { margin: 0; padding-left: .3cm; border-left: 1px solid var(--faint); }
  .details { font-size: 7.6pt; }
  .facts .details > div, .words .details > div, .clauses .details > div
  { grid-template-columns: 1.9cm minmax(0, 1fr); gap: 0 .2cm; }
  .rests { font-size: 7.2pt; line-height: 1.35; }
  .says, nav { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2, h3, h4, h5, section > p, .part > p, .part > .note { break-after: avoid; }
  h2 + *, h3 + *, h4 + * { break-before: avoid; }
  :target { background: none; box-shadow: none; }
}
"""
