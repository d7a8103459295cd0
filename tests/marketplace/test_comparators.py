"""Every comparator with every form of value, held and not held, as the reference describes them."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.qualifications.requirements import Place, holds, misfit

US, CALIFORNIA, TEXAS, INDIA = Place("US"), Place("US", "CA"), Place("US", "TX"), Place("IN")


@pytest.mark.parametrize(
    ("comparator", "values", "met", "unmet"),
    [
        ("Exists", [], [0, 100, US], [None]),
        ("DoesNotExist", [], [None], [0, 100, US]),
        ("LessThan", [50], [49, -1], [50, 51, None]),
        ("LessThanOrEqualTo", [50], [49, 50], [51, None]),
        ("GreaterThan", [50], [51], [50, 49, None]),
        ("GreaterThanOrEqualTo", [50], [51, 50], [49, None]),
        ("EqualTo", [50], [50], [49, 51, None]),
        ("NotEqualTo", [50], [49, 51, 0], [50, None]),
        ("In", [1, 5], [1, 5], [2, None]),
        ("NotIn", [1, 5], [2, 0], [1, 5, None]),
        ("EqualTo", [US], [US, CALIFORNIA, TEXAS], [INDIA, None]),
        ("EqualTo", [CALIFORNIA], [CALIFORNIA], [US, TEXAS, INDIA, None]),
        ("NotEqualTo", [US], [INDIA], [US, CALIFORNIA, None]),
        ("NotEqualTo", [CALIFORNIA], [TEXAS, INDIA, US], [CALIFORNIA, None]),
        ("In", [CALIFORNIA, INDIA], [CALIFORNIA, INDIA], [TEXAS, US, None]),
        ("NotIn", [CALIFORNIA, INDIA], [TEXAS, US, Place("FR")], [CALIFORNIA, INDIA, None]),
    ],
)
def test_a_requirement_is_met_by_these_and_not_by_those(comparator, values, met, unmet):
    assert [held for held in [*met, *unmet] if holds(comparator, held, values)] == met


def requirement(comparator, integers=None, locales=None):
    given = {"Comparator": comparator, "IntegerValues": integers, "LocaleValues": locales}
    return {name: value for name, value in given.items() if value is not None}


PLACE = {"Country": "US"}
ORDERS = ["LessThan", "LessThanOrEqualTo", "GreaterThan", "GreaterThanOrEqualTo"]
EQUALS = ["EqualTo", "NotEqualTo"]
SETS = ["In", "NotIn"]
PRESENCE = ["Exists", "DoesNotExist"]


@pytest.mark.parametrize("comparator", ORDERS + EQUALS)
def test_one_integer_is_compared_with(comparator):
    assert misfit(requirement(comparator, [5]), of_locales=False) is None
    for wrong in ([], [1, 2], None):
        assert f"{comparator} takes one of IntegerValues, not" in misfit(
            requirement(comparator, wrong), of_locales=False
        )


@pytest.mark.parametrize("comparator", SETS)
def test_a_set_has_at_most_15_integers_or_30_locales(comparator):
    assert misfit(requirement(comparator, [5] * 15), of_locales=False) is None
    assert misfit(requirement(comparator, locales=[PLACE] * 30), of_locales=True) is None
    assert "1 to 15 IntegerValues, not 16" in misfit(requirement(comparator, [5] * 16), of_locales=False)
    assert "1 to 30 LocaleValues, not 31" in misfit(
        requirement(comparator, locales=[PLACE] * 31), of_locales=True
    )
    assert "not 0" in misfit(requirement(comparator), of_locales=True)


@pytest.mark.parametrize("comparator", PRESENCE)
@pytest.mark.parametrize("of_locales", [True, False])
def test_presence_takes_no_values(comparator, of_locales):
    assert misfit(requirement(comparator, [], []), of_locales=of_locales) is None
    for given in (requirement(comparator, [1]), requirement(comparator, locales=[PLACE])):
        assert misfit(given, of_locales=of_locales) == f"{comparator} takes no values"


@pytest.mark.parametrize("comparator", ORDERS)
def test_locales_have_no_order(comparator):
    said = misfit(requirement(comparator, locales=[PLACE]), of_locales=True)
    assert said == f"{comparator} cannot compare locales"


@pytest.mark.parametrize("comparator", EQUALS + SETS)
def test_locales_belong_to_the_locale_and_integers_to_the_rest(comparator):
    assert misfit(requirement(comparator, locales=[PLACE]), of_locales=True) is None
    assert "takes LocaleValues" in misfit(requirement(comparator, [1]), of_locales=True)
    assert "only for Worker_Locale" in misfit(requirement(comparator, locales=[PLACE]), of_locales=False)
    assert "only for Worker_Locale" in misfit(requirement(comparator, [1], [PLACE]), of_locales=False)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"Country": "XX"}, "there is no locale XX"),
        ({"Country": "us"}, "there is no locale us"),
        ({"Country": "US", "Subdivision": "ZZ"}, "there is no locale US-ZZ"),
        ({"Country": "DE", "Subdivision": "BY"}, "there is no locale DE-BY"),
    ],
)
def test_a_locale_must_exist(place, said):
    assert misfit(requirement("EqualTo", locales=[place]), of_locales=True) == said
