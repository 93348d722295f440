"""What the page of a backtest adds to the style sheet of pages for readers."""

from __future__ import annotations

from typing import Final

BACKTEST_STYLE: Final = """
:root { --bad: #9b1c1c; --changed: #b4541a; --late: #e0a868; --said: #c9c3ae; --same: #dfe4ea; --flow: #0b5470;
  --lost: #b4541a; --won: #2a7a5a; }
body { max-width: 62rem; }
.level-2 { margin-top: 2.6rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 1.4rem 0 0;
  padding: 0; list-style: none; font-family: var(--sans); }
.tiles li { background: var(--band); padding: .8rem 1rem .9rem; border-top: 4px solid var(--faint); }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.3;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
.tiles span { display: block; font-size: .85rem; line-height: 1.4; color: var(--soft); }
.tiles .decision { border-color: var(--changed); }
.tiles .deadline { border-color: var(--late); }
.picture { overflow-x: auto; margin: 0 0 .8rem; }
.bt { display: block; width: 100%; min-width: 42rem; height: auto;
  font: 13px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.bt text { fill: var(--ink); }
.bt .bt-soft { fill: var(--soft); }
.bt-decision { fill: var(--changed); background: var(--changed); }
.bt-deadline { fill: var(--late); background: var(--late); }
.bt-reasons { fill: var(--said); background: var(--said); }
.bt-same { fill: var(--same); background: var(--same); }
.bt-node { fill: var(--ink); }
.bt-band { fill: var(--flow); fill-opacity: .28; }
.bt-band:hover { fill-opacity: .6; }
.bt-gone { fill: var(--lost); }
.bt-come { fill: var(--won); }
.bt-axis { stroke: var(--soft); stroke-width: 1; }
.bt-legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .2rem 0 0; padding: 0; list-style: none;
  font: .82rem/1.6 var(--sans); color: var(--soft); }
.bt-key { display: inline-block; width: .8em; height: .8em; margin-right: .45em; }
.numbers { border-collapse: collapse; font: .85rem/1.45 var(--sans); font-variant-numeric: tabular-nums; }
.numbers th, .numbers td { padding: .3rem .7rem .3rem 0; text-align: right; border-bottom: 1px solid var(--faint);
  vertical-align: top; }
.numbers th:first-child, .numbers td.said { text-align: left; }
.numbers th { font-weight: 600; }
.numbers thead th { color: var(--soft); vertical-align: bottom; }
.numbers tbody th { font-weight: 400; }
.numbers td.stays { color: var(--soft); }
.numbers td.moves { background: color-mix(in srgb, var(--changed) calc(var(--share) * 1%), transparent); }
.numbers td.moves, .numbers td.stays { padding-left: .7rem; }
details { border-top: 1px solid var(--faint); padding: .4rem 0; }
summary { cursor: pointer; font: .95rem/1.5 var(--sans); overflow-wrap: anywhere; }
summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary .size { display: inline-block; min-width: 5.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
summary .where { color: var(--soft); }
.cell { margin: .3rem 0 .6rem 1.3rem; font: .9rem/1.5 var(--sans); }
.cell dl { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: .25rem .8rem; margin: 0; }
.cell dt { color: var(--soft); }
.cell dd code { font-size: .92em; color: inherit; }
.source code { font-size: .85em; }
.wrong { color: var(--bad); }
@media screen and (max-width: 40rem) {
  .cell dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .cell dd { margin-bottom: .3rem; }
}
@media screen and (prefers-color-scheme: dark) { :root { --bad: #f0a0a0; --changed: #e08a52; --late: #8f6a3c;
  --said: #5c594c; --same: #2b333d; --flow: #7cc4e0; --lost: #e08a52; --won: #6fc79d; } }
@media print {
  .bt { min-width: 0; }
  .tiles li, .bt rect, .bt-key, .numbers td.moves { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  details, .numbers tr { break-inside: avoid; }
}
"""
