from __future__ import annotations

import re

from mturk_tasks.lib.ids import new_id


def test_ids_have_the_services_form_and_do_not_repeat():
    made = {new_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch("3[A-Z0-9]{29}", each) for each in made)
