"""How well the mapping does on the half of the data it was not written from, against labels set by hand."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gridcommons.rehearsal.convert import Request
from gridcommons.rehearsal.extract import load_extract
from gridcommons.rehearsal.mapping import DATA, Kind, Mapping, load_mapping

GOLD_FILE: Final = "gold_half_b.csv"
GoldKey = tuple[str, str, str]


@dataclass(frozen=True)
class Score:
    """Shares of the rows of half B, each row counted once; unmapped rows count as wrong in `accuracy`.

    precision: right among the mapped. baseline: accuracy of always answering half A's most frequent matter.
    unseen_*: rows whose complaint type does not occur in half A. confusion: (label, answer) -> rows, errors only.
    """

    rows: int
    coverage: float
    accuracy: float
    precision: float
    baseline: float
    unseen_rows: int
    unseen_accuracy: float
    confusion: dict[tuple[str, str], int]

    def line(self) -> str:
        """The score in one line, as the tool and the demo print it."""
        return (
            f"mapping of request types, written from half A, scored on half B: {self.rows} rows, "
            f"coverage {self.coverage:.1%}, accuracy {self.accuracy:.1%} "
            f"(of the mapped {self.precision:.1%}; always the commonest matter {self.baseline:.1%}; "
            f"types not met in half A {self.unseen_accuracy:.1%} of {self.unseen_rows} rows)"
        )


def load_gold() -> dict[GoldKey, str]:
    """Labels set by hand: (complaint type, descriptor, location type) of half B -> matter key or `none`."""
    text = (DATA / GOLD_FILE).read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["complaint_type"], row["descriptor"], row["location_type"]): row["matter"] for row in rows}


def gold_key(kind: Kind) -> GoldKey:
    """The key under which a kind is labelled."""
    return kind.complaint_type, kind.descriptor, kind.location_type


def score_mapping() -> Score:
    """The score of the packaged mapping on half B of the packaged extract."""
    return score_of(load_mapping(), load_extract().requests, load_gold())


def score_of(mapping: Mapping, requests: Iterable[Request], gold: dict[GoldKey, str]) -> Score:
    """The score of a mapping on the rows of half B; a KeyError names a kind without a label."""
    halves: dict[str, list[Kind]] = {"a": [], "b": []}
    for request in requests:
        halves[request.half].append(request.kind)
    pairs = [(kind, gold[gold_key(kind)], mapping.matter_of(kind)) for kind in halves["b"]]
    met = {kind.complaint_type for kind in halves["a"]}
    unseen = [label == answer for kind, label, answer in pairs if kind.complaint_type not in met]
    right = sum(label == answer for _, label, answer in pairs)
    mapped = sum(answer is not None for _, _, answer in pairs)
    commonest, _ = Counter(mapping.matter_of(kind) for kind in halves["a"]).most_common(1)[0]
    return Score(
        rows=len(pairs),
        coverage=mapped / len(pairs),
        accuracy=right / len(pairs),
        precision=right / mapped if mapped else 0.0,
        baseline=sum(label == commonest for _, label, _ in pairs) / len(pairs),
        unseen_rows=len(unseen),
        unseen_accuracy=sum(unseen) / len(unseen) if unseen else 0.0,
        confusion=dict(Counter((label, answer or "unmapped") for _, label, answer in pairs if label != answer)),
    )
