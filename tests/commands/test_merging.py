"""Properties that rows are merged into, and what is asked of workers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mturk_tasks.commands.surveys import load, plan, update
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError
from tests.bench import PROPERTIES

RULES = """\
qualification.1: 00000000000000000071
qualification.comparator.1: in
qualification.locale.1.1: US-CA
qualification.locale.1.2: DE
qualification.2: 000000000000000000L0
qualification.comparator.2: GreaterThan
qualification.value.2: 95
qualification.private.2: true
"""
ASKED = [
    {
        "QualificationTypeId": "00000000000000000071",
        "Comparator": "In",
        "LocaleValues": [{"Country": "US", "Subdivision": "CA"}, {"Country": "DE"}],
        "ActionsGuarded": "Accept",
    },
    {
        "QualificationTypeId": "000000000000000000L0",
        "Comparator": "GreaterThan",
        "IntegerValues": [95],
        "ActionsGuarded": "PreviewAndAccept",
    },
]


def survey(bench, properties: str, *rows: str) -> None:
    """Give the survey rows of a picture and a number, and these properties instead of its own."""
    keys = {line.split(":")[0] for line in properties.splitlines()}
    kept = [line for line in PROPERTIES.splitlines(keepends=True) if line.split(":")[0] not in keys]
    bench.write("birds.properties", "".join(kept) + properties)
    bench.write("birds.input", "\n".join(("picture\tn", *rows)) + "\n")


def problems(bench) -> list[tuple[str, int | None, str]]:
    with pytest.raises(FileError) as refused:
        plan.prepare(bench.context().survey)
    return [(problem.path.name, problem.line, problem.text) for problem in refused.value.problems]


def calls(bench) -> tuple[Any, list[dict[str, object]]]:
    """Return a context, and what is sent from it to CreateHITType."""
    context, sent = bench.context(), []
    context.client.meta.events.register(
        "provide-client-params.mturk.CreateHITType", lambda params, **_: sent.append(dict(params))
    )
    return context, sent


def test_each_row_may_have_its_own_assignments_and_lifetime(bench):
    survey(bench, "assignments: ${n}\nhitlifetime: ${n}00\n", "owl.jpg\t3", "jay.jpg\t5")
    load.run(bench.context(), LoadRequest())

    made = {hit["RequesterAnnotation"]: hit for hit in bench.hits()}
    assert {name: hit["MaxAssignments"] for name, hit in made.items()} == {"owl.jpg": 3, "jay.jpg": 5}
    lives = [(hit["Expiration"] - hit["CreationTime"]).total_seconds() for hit in made.values()]
    assert lives == [300, 500]


def test_a_load_costs_what_its_rows_cost_together(bench):
    survey(bench, "assignments: ${n}\n", "owl.jpg\t1", "jay.jpg\t10")
    fee = bench.context().fee

    found = plan.prepare(bench.context().survey)

    # 1 at 0.10 + 0.02, and 10 at 0.10 + 0.04: ten and more cost a surcharge
    assert [str(found.cost(hits, fee)) for hits in (found.hits, found.hits[:1], ())] == ["1.52", "0.12", "0"]
    assert (plan.places(found.hits), plan.places(found.hits[:1])) == (
        "11 assignments in all",
        "1 assignment each",
    )


def test_a_merged_value_that_is_no_number_is_told_with_the_line_of_the_input(bench):
    survey(bench, "assignments: ${n}\n", "owl.jpg\t3", "jay.jpg\tmany", "wren.jpg\tmany", "tit.jpg\t0")

    assert problems(bench) == [
        (
            "birds.properties",
            9,
            "assignments: 'many' is no whole number of assignments (with line 3 of birds.input and 1 more)",
        ),
        (
            "birds.properties",
            9,
            "assignments: 0 is out of range; write 1 to 1000000000 assignments (with line 5 of birds.input)",
        ),
    ]


@pytest.mark.parametrize("key", ["assignments", "hitlifetime", "qualification.value.1"])
def test_a_reference_to_no_column_stops_the_load(bench, key):
    rule = "qualification.1: 3Q\nqualification.comparator.1: EqualTo\n" if "." in key else ""
    survey(bench, f"{rule}{key}: ${{number}}\n", "owl.jpg\t3")

    ((name, _, said),) = problems(bench)
    assert (name, "number" in said) == ("birds.properties", True)


def test_a_column_that_only_the_properties_use_is_used(bench):
    survey(bench, "assignments: $n\n", "owl.jpg\t3")

    assert plan.prepare(bench.context().survey).used == {"picture", "n"}


def test_an_amount_in_a_text_that_is_not_merged_is_sent_as_it_is(bench):
    survey(bench, "title: Earn $3.50 for ${n}\n", "owl.jpg\t3")
    load.run(bench.context(), LoadRequest())

    assert bench.hits()[0]["Title"] == "Earn $3.50 for ${n}"


UNKNOWN = "qualification.1: 3NOSUCHTYPE\nqualification.comparator.1: Exists\n"


def test_requirements_are_sent_as_the_api_has_them(bench):
    survey(bench, RULES, "owl.jpg\t3")
    context, sent = calls(bench)

    load.run(context, LoadRequest())
    assert [call["QualificationRequirements"] for call in sent] == [ASKED]
    assert len(bench.hits()[0]["QualificationRequirements"]) == len(ASKED)


def test_without_requirements_none_are_sent(bench):
    context, sent = calls(bench)
    load.run(context, LoadRequest())

    assert ["QualificationRequirements" in call for call in sent] == [False]


def test_a_requirement_that_the_marketplace_does_not_know_refuses_the_load_before_any_hit(bench):
    survey(bench, UNKNOWN, "owl.jpg\t3")

    with pytest.raises(FileError, match="3NOSUCHTYPE") as refused:
        load.run(bench.context(), LoadRequest())
    assert (refused.value.exit_code, bench.hits(), (bench.folder / "birds.success").exists()) == (
        2,
        [],
        False,
    )


def test_once_the_requirements_are_taken_out_the_survey_can_be_loaded(bench):
    survey(bench, UNKNOWN, "owl.jpg\t3")
    with pytest.raises(FileError):
        load.run(bench.context(), LoadRequest())
    survey(bench, "", "owl.jpg\t3")
    load.run(bench.context(), LoadRequest())

    assert len(bench.hits()) == 1


def test_a_requirement_may_be_merged_where_every_row_says_the_same(bench):
    rule = "qualification.1: 3Q\nqualification.comparator.1: EqualTo\nqualification.value.1: ${n}\n"
    survey(bench, rule, "owl.jpg\t90", "jay.jpg\t90")

    (requirement,) = plan.prepare(bench.context().survey).requirements
    assert requirement.integers == (90,)


def test_requirements_that_differ_between_rows_are_refused_with_the_rows(bench):
    rule = "qualification.1: 3Q\nqualification.comparator.1: EqualTo\nqualification.value.1: ${n}\n"
    survey(bench, rule, "owl.jpg\t90", "jay.jpg\t80", "wren.jpg\t90")

    ((name, line, said),) = problems(bench)
    assert (name, line) == ("birds.properties", 12)
    assert said.endswith("of birds.input, line 2, 4; line 3")


def test_an_update_registers_the_requirements_as_they_stand(bench):
    load.run(bench.context(), LoadRequest())
    bench.write("birds.properties", PROPERTIES + RULES)
    context, sent = calls(bench)

    update.run(context)
    assert [call["QualificationRequirements"] for call in sent] == [ASKED]


def test_an_update_needs_no_row_for_what_belongs_to_each_hit(bench):
    load.run(bench.context(), LoadRequest())
    bench.set("hitlifetime", "${life}")

    assert update.run(bench.context()).counts["updated"] == 3


def test_an_update_that_would_need_a_row_is_refused(bench):
    load.run(bench.context(), LoadRequest())
    rule = "qualification.1: 3Q\nqualification.comparator.1: EqualTo\nqualification.value.1: ${n}\n"
    bench.write("birds.properties", PROPERTIES + rule)

    with pytest.raises(FileError, match=r":12: qualification\.value\.1: '\$\{n\}' is no whole number"):
        update.run(bench.context())


def test_what_only_masters_may_do_costs_more(bench):
    rule = "qualification.1: 2F1QJWKUDD8XADTFD2Q0G6UTO95ALH\nqualification.comparator.1: Exists\n"
    bench.set("reward", "1.00")
    bench.write("birds.properties", bench.read("birds.properties") + rule)
    planned = plan.prepare(bench.context().survey)

    assert planned.cost(planned.hits, bench.context().fee) == 6 * Decimal("1.25")
