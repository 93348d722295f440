"""A small invented policy about hired bikes, with registers: every kind of window, evidence, rule and name once."""

from __future__ import annotations

import hashlib
from pathlib import Path

POLICY = """\
policy: bikes
version: "1.0.0"
title: Hired <bikes> & "tandems"
effective_from: 2024-01-01
time_zone: claim.zone
filed_at: claim.filed_at
facts:
  claim.zone: {type: zone, meaning: The zone of the shop., ask: Which zone?}
  claim.filed_at: {type: event, meaning: The claim came in., ask: When did the claim come in?}
  claim.told_at: {type: event, meaning: The shop was told of the claim., ask: When was the shop told?}
  claim.ended_at:
    type: instant
    meaning: The estimated end of the ride; of a longer one, of its last day.
    ask: When did it end?
  claim.urgent: {type: bool, meaning: The claim is urgent., ask: Is it urgent?}
  claim.rides: {type: integer, meaning: The rides so far., ask: How many rides were there?}
  claim.price: {type: decimal, meaning: The price., ask: What is the price?}
  claim.words: {type: text, nullable: true, meaning: "What was said, or written.", ask: What was said?}
  bike.kind:
    type: enum
    one_of: {road: A bike for roads., cargo: A bike for loads., tandem: A bike for two.}
    meaning: What kind of bike it is.
    ask: Which kind?
  rider.papers: {type: submissions, meaning: The rider's papers., ask: Which papers?, if_absent: []}
  shop.papers: {type: submissions, meaning: The shop's papers., ask: Which papers?, if_absent: []}
  shop.answered_at: {type: event, meaning: The shop answered., ask: When did the shop answer?, if_absent: null}
  desk.files:
    type: propositions
    finding: true
    meaning: What the desk's files prove.
    ask: What do they prove?
    if_absent: []
propositions: {broke: The bike broke., cared: The shop cared for the bike.}
groups:
  heavy: {title: Heavy rows, scenarios: [brakes, frame]}
decision:
  stage:
    meaning: Where the claim stands.
    one_of: {waiting: Waiting for papers., open: Open., settled: Settled.}
    if_unknown: open
  winner:
    meaning: Who wins.
    one_of: {rider: The rider wins., shop: The shop wins.}
    otherwise: nobody_yet
    must_be_known: true
  payers: {meaning: Who pays., list_of: parties, must_be_known: true}
  gifts: {meaning: What is given., list_of: {bell: "A bell; a loud one.", lamp: A lamp.}, must_be_known: true}
  mood: {meaning: How it went., list_of: {calm: Calm., loud: Loud.}}
parties:
  rider: {title: Rider, submits: rider.papers, within: 24 hours, after: claim.filed_at, cites: [general.papers]}
  shop: {title: Bike Shop, submits: shop.papers}
  desk: {title: Desk}
evidence:
  periods: paper_period
  owed: must_show
  cites: [general.papers]
  also_proven_by:
    - {fact: desk.files, cites: [general.files], readings: [3]}
define:
  hurried: claim.urgent and claim.rides >= 3
  gift:
    - {when: hurried, is: bell, cites: [general.bell]}
    - {else: true, is: lamp, readings: [2]}
  idle_choice:
    - {else: true, is: lamp, cites: [general.idle]}
windows:
  filing:
    meaning: The period for a claim.
    party: rider
    deadline: filing_ends
    met_by: claim.filed_at
    cites: [.filing]
  answer:
    meaning: The period for an answer.
    party: shop
    deadline: answer_due
    within: 2 calendar days
    after: claim.told_at
    met_by: shop.answered_at
    paused_by: filing
    cites: [general.answer]
general_rules:
  nothing-shown:
    required_in: all
    when: rider.evidence_insufficient
    winner: shop
    payers: []
    gifts: []
    no_longer_owed_by: [shop]
    cites: [general.nothing]
    readings: [1]
tables:
  outcome:
    title: Who wins
    hit: first
    asked_if: not record.awaits
    per: scenario
    every_rule_says: [winner, payers, gifts]
  extras:
    title: How it went
    hit: all
    per: scenario
    rules:
      - {id: usual, else: true, mood: [calm], cites: [general.calm]}
  stages:
    title: Where it stands
    hit: first
    every_rule_says: [stage]
    rules:
      - {id: papers-awaited, when: record.awaits, stage: waiting}
      - {id: done, else: true, stage: settled}
scenarios:
  brakes:
    title: Broken | brakes
    clauses: rows.brakes
    description: The brakes *failed*.
    filing: {within: 30 calendar days, after: claim.ended_at}
    paper_period:
      shop:
        within:
          - {when: "bike.kind == cargo or claim.urgent", within: 48 hours}
          - {else: true, within: 5 calendar days, cites: [.slow]}
        after: claim.told_at
        asked_if: happened(claim.told_at)
    must_show:
      rider:
        - {proposition: broke, when: not claim.urgent, cites: [.broke]}
      shop:
        - {proposition: cared, cites: [.cared]}
    outcome:
      - use: nothing-shown
      - id: cargo-bike
        when: "bike.kind in [cargo, tandem] and (claim.rides > 5 or not hurried) and not proven(cared)"
        winner: rider
        payers: [shop, desk]
        gifts: =gift
        cites: [.cargo, general.twice]
      - {id: rest, else: true, winner: shop, payers: [rider], gifts: [bell, lamp], if_unknown: decide_without_and_list}
    extras:
      - {id: noisy, when: claim.urgent, mood: [loud]}
  frame:
    title: Bent frame
    clauses: rows.frame
    filing: {until: 2030-12-31, cites: [.until]}
    outcome:
      - use: nothing-shown
        and_when: scenario in heavy
      - {id: rest, else: true, winner: rider, payers: [shop], gifts: []}
"""

CLAUSES = {
    "general.papers": None, "general.files": None, "general.bell": None, "general.idle": None, "general.answer": None,
    "general.nothing": None, "general.calm": None, "general.twice": "not_modelled", "general.title": "heading",
    "general.forgotten": None, "rows.brakes.filing": None, "rows.brakes.slow": None, "rows.brakes.broke": None,
    "rows.brakes.cared": None, "rows.brakes.cargo": None, "rows.frame.filing": None, "rows.frame.until": None,
}  # fmt: skip
READINGS = {1: None, 2: "It is named all the same.", 3: None, 4: None, 5: "It changes nothing."}


def write(folder: Path) -> Path:
    """The pack in a folder."""
    (folder / "1.0.0.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "clauses.yaml").write_text(
        clause_register([(name, f"About {name}.") for name in CLAUSES]), encoding="utf-8"
    )
    readings = ["register: readings", "policy: bikes", "readings:"]
    for number, why in READINGS.items():
        readings += [
            f'  "{number}":',
            f"    title: Place {number}",
            "    clauses: [general.papers]",
            "    question: Which?",
        ]
        readings += ["    readings: {a: This., b: That.}", "    taken: a", "    because: So it is."]
        readings += [f"    not_used: {why}"] if why else []
    (folder / "readings.yaml").write_text("\n".join(readings) + "\n", encoding="utf-8")
    return folder


def clause_register(sentences: list[tuple[str, str]]) -> str:
    """A clause register of sentences in the order of a page: ids with texts."""
    lines = ["register: clauses", "policy: bikes", "page: An invented page", "clauses:"]
    for number, (name, text) in enumerate(sentences, 1):
        digest = hashlib.sha256(text.encode()).hexdigest()
        lines += [f"  {name}:", f"    place: {{section: Part, number: {number}}}", "    kind: duty"]
        lines += [f"    gist: Gist of {name}.", f'    digest: "sha256:{digest}"', f"    length: {len(text)}"]
        if (because := CLAUSES.get(name)) is not None:
            lines += [f"    no_rule: {{because: {because}, why: It has its reason.}}"]
    return "\n".join(lines) + "\n"
