"""A small invented policy about kites, with an example and policy tests: for what tests say of policies."""

from __future__ import annotations

from pathlib import Path

POLICY = """\
policy: kites
version: "1.0.0"
title: Kites that are torn or lost
time_zone: kite.zone
filed_at: kite.filed_at
facts:
  kite.zone: {type: zone, meaning: The zone of the field., ask: Which zone?, if_absent: UTC}
  kite.filed_at: {type: event, meaning: The claim came in., ask: When did the claim come in?}
  kite.wind: {type: integer, meaning: The wind., ask: How strong was the wind?}
  kite.outside: {type: bool, meaning: It was flown outside., ask: Was it flown outside?}
  kite.urgent: {type: bool, meaning: It is urgent., ask: Is it urgent?, if_absent: false}
  kite.silk: {type: bool, meaning: It is made of silk., ask: Is it made of silk?}
  owner.papers: {type: submissions, meaning: The owner's papers., ask: Which papers?, if_absent: []}
  shop.answered_at: {type: event, meaning: The shop answered., ask: When?, if_absent: null}
  desk.files:
    type: propositions
    finding: true
    meaning: What the files prove.
    ask: What do they prove?
    if_absent: []
propositions: {tore: The kite tore.}
decision:
  stage:
    meaning: Where the claim stands.
    one_of: {waiting: Waiting., settled: Settled.}
    if_unknown: waiting
  payer:
    meaning: Who pays.
    one_of: {maker: The maker pays., flyer: The flyer pays.}
    otherwise: nobody
    must_be_known: true
  remarks_made: {meaning: What to know., list_of: {windy: It was windy., slow: It was slow.}, if_unknown: left_out}
parties:
  owner: {title: Owner, submits: owner.papers, within: 24 hours, after: kite.filed_at, deadline: papers_due}
evidence: {periods: papers, owed: must_show, also_proven_by: [{fact: desk.files, cites: [page.files]}]}
define:
  stormy: kite.outside and kite.wind >= 7
  loser:
    - {when: stormy, is: flyer, cites: [page.storm]}
    - {else: true, is: maker}
windows:
  answer:
    meaning: The period for an answer.
    deadline: answer_due
    asked_if: happened(kite.filed_at)
    within:
      - {when: kite.urgent, within: 24 hours}
      - {else: true, within: 2 calendar days}
    after: kite.filed_at
    met_by: shop.answered_at
general_rules:
  nothing-shown:
    required_in: all
    when: owner.evidence_insufficient
    payer: flyer
    cites: [page.papers]
    readings: [1]
tables:
  outcome:
    title: Who pays
    hit: first
    asked_if: not record.awaits
    per: scenario
    every_rule_says: [payer]
  extras:
    title: What to know
    hit: all
    rules:
      - {id: windy, when: stormy, remarks_made: [windy], cites: [page.windy]}
      - {id: slow, when: answer.missed, remarks_made: [slow]}
      - {id: only-torn, when: "scenario == torn and kite.wind > 100", remarks_made: [slow]}
  stages:
    title: Where it stands
    hit: first
    every_rule_says: [stage]
    rules:
      - {id: papers-awaited, when: record.awaits, stage: waiting}
      - {id: done, else: true, stage: settled}
scenarios:
  torn:
    title: Torn kite
    must_show:
      owner:
        - {proposition: tore, when: not kite.silk, cites: [page.tore]}
    outcome:
      - use: nothing-shown
      - {id: silk, when: kite.silk or stormy, payer: =loser}
      - {id: rest, else: true, payer: maker}
  lost:
    title: Lost kite
    outcome:
      - use: nothing-shown
      - {id: rest, else: true, payer: flyer}
"""

EXAMPLE = """\
title: A paper kite in a breeze
scenario: torn
as_of: 2024-03-04T12:00:00Z
facts:
  kite: {filed_at: 2024-03-01T09:00:00Z, wind: 3, outside: true, silk: false}
  owner: {papers: [{submitted_at: 2024-03-01T10:00:00Z, proves: [tore]}]}
"""

TESTS = """\
policy: kites
scenario: torn
as_of: 2024-03-04T12:00:00Z
facts:
  kite: {filed_at: 2024-03-01T09:00:00Z, wind: 3, outside: true, silk: false}
tests:
  - name: A paper kite in a breeze.
    example: breeze.yaml
    expect: {payer: maker, reasons: [outcome/rest, page.tore]}
  - name: Nothing was shown.
    expect: {payer: flyer, reasons: [outcome/nothing-shown, reading 1], not_reasons: [outcome/rest]}
"""

REGISTER = """\
register: readings
policy: kites
readings:
  "1":
    title: Papers
    clauses: [page.papers]
    question: Which papers?
    readings: {a: All., b: Some.}
    taken: a
    because: So it is.
"""


KEPT = "- {when: happened(shop.answered_at), counts_from: shop.answered_at, because: It was answered.}"
VERSIONS = {"1.0.0": "2024-01-01", "1.1.0": "2024-03-01", "1.2.0": "2024-05-01", "1.3.0": "2024-07-01"}  # by first day


def write_versions(folder: Path) -> Path:
    """A pack's folder with versions that follow each other, one of which has transition rules and one other facts."""
    for name, day in VERSIONS.items():
        text = POLICY.replace('version: "1.0.0"', f'version: "{name}"\neffective_from: {day}')
        if name == "1.1.0":
            text = text.replace("facts:\n", f"transition:\n  {KEPT}\nfacts:\n", 1)
        if name == "1.3.0":
            text = text.replace("kite.urgent", "kite.hurry")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def write(folder: Path, tests: str = TESTS, policy: str = POLICY, example: str = EXAMPLE) -> Path:
    """The pack in a new folder, its example as `breeze.yaml`, and its tests. Returns the folder."""
    for part in ("tests", "examples"):
        (folder / part).mkdir(parents=True)
    (folder / "1.0.0.yaml").write_text(policy, encoding="utf-8")
    (folder / "readings.yaml").write_text(REGISTER, encoding="utf-8")
    (folder / "examples" / "breeze.yaml").write_text(example, encoding="utf-8")
    (folder / "tests" / "kites.yaml").write_text(tests, encoding="utf-8")
    return folder
