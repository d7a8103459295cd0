"""The description of the MTurk Requester API 2017-01-17, in the form botocore reads.

`FOLDER` can be given to any AWS client as `AWS_DATA_PATH`. `EXTRAS` describes the operations that are
this marketplace's own; botocore adds a file of that name to the description by itself.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
DESCRIPTION = FOLDER / "mturk" / "2017-01-17" / "service-2.json"
EXTRAS = DESCRIPTION.with_name("service-2.sdk-extras.json")
