"""The description of the MTurk Requester API 2017-01-17, in the form botocore reads.

`FOLDER` can be given to any AWS client as `AWS_DATA_PATH`.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
DESCRIPTION = FOLDER / "mturk" / "2017-01-17" / "service-2.json"
