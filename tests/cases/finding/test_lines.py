from town import *
from web.office_town import report
from gridcommons.access.scope import scoped
from gridcommons.access.rules import Scope
from gridcommons.cases.finding.models import Line


def test_x(town):
    made = report(town)
    with scoped(Scope("^")):
        print(list(Line.objects.values()))
