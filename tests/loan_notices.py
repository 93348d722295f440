"""Notices for the invented library of the museum: two readers, one language, every text that it must have."""

from __future__ import annotations

from pathlib import Path

READERS = """\
register: readers
policy: loans
readers:
  borrower:
    party: reader
    fields: [stage, payer, fees]
    hides: {fees: [bill]}
    reasons: [outcome]
    deadlines: [due]
    facts: [loan.note, loan.reserved, loan.returned_at]
    asked: [reader]
    handed_in: [reader]
  clerk:
    fields: all
    reasons: all
    deadlines: all
    facts: [loan.filed_at, loan.due_on]
    asked: [desk]
    handed_in: all
    title: true
"""
TEXTS = """\
register: notices
policy: loans
name: English
moments:
  weekdays: [Mon, Tue, Wed, Thu, Fri, Sat, Sun]
  months: [Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec]
  moment: "{{ day }} {{ month }} {{ year }}, {{ hour }}:{{ minute }} {{ zone }}"
  day: "{{ weekday }} {{ day }} {{ month }}"
lists: {between: ", ", before_last: " and "}
readers: {borrower: reader, clerk: clerk}
parties:
  reader: {borrower: you, others: the reader}
  desk: the desk
scenarios: {late: a late book, lost: a lost book}
values:
  stage: {waiting: We wait., settled: It is settled.}
  payer:
    reader: {borrower: You pay., others: The reader pays.}
    library: The library pays.
  fees: {fine: a fine, bill: a bill}
deadlines:
  due: "The book is due by {{ at }}."
deadline_states: {running: running, met: met, missed: missed, ended: over, paused: paused}
propositions: {damaged: the book was damaged, paid: the fine was paid}
reasons:
  outcome:
    too-late: The book came late.
    nothing-shown: Nothing was shown.
    rest: Nothing else was the case.
  stages: {awaited: Papers are awaited., done: All is known.}
letters:
  borrower: |
    # About {{ scenario_text }}

    Dear {{ reader_text }}, {{ said.stage }} {{ said.payer }}
    {% if 'fine' in decision.fees %}
    To be paid: {{ said.fees | listed }}.
    {% endif %}

    {% for reason in reasons %}
    - {{ reason.text }} {{ reason.marks }}
    {% endfor %}
    {% if until.due %}
    - {{ until.due }}
    {% endif %}
    {% if facts.loan.note %}

    {{ facts.loan.note }}
    {% endif %}
  clerk: |
    # {{ title }}

    {% for deadline in deadlines %}
    - {{ deadline.text }} ({{ deadline.state_text }})
    {% endfor %}
    {% for one in handed_in %}
    - {{ one.party_text }}, {{ one.at }}: {{ one.proves | listed }}
    {% endfor %}
"""


def write(pack: Path, *changes: tuple[str, str], language: str = "en") -> Path:
    """The notices, written into a pack, with pieces of their texts changed, each of which stands there once."""
    readers, texts = READERS, TEXTS
    for old, new in changes:
        assert (readers + texts).count(old) == 1, old
        readers, texts = readers.replace(old, new), texts.replace(old, new)
    folder = pack / "notices"
    folder.mkdir()
    (folder / "readers.yaml").write_text(readers, encoding="utf-8")
    (folder / f"{language}.yaml").write_text(texts, encoding="utf-8")
    return folder
