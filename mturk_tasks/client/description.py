"""Give botocore our own description of the API, so that it need not carry one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from botocore.loaders import Loader

from mturk_tasks.vocabulary import api

_FROM_BOTOCORE = ("_retry", "partitions", "sdk-default-configuration")
_ENDPOINTS = "endpoints"
_NO_ENDPOINTS: Final = {"version": 3, "partitions": []}  # the rule set takes whatever address it is given


class DescriptionLoader(Loader):  # type: ignore[misc]  # botocore is untyped
    """Look into our folder alone; the three general files come from botocore by name.

    Searching botocore's own data would list some 450 services at every start. The list of endpoints
    is no file of that folder: under `AWS_DATA_PATH` it would hide botocore's from every other service.
    """

    def __init__(self) -> None:
        super().__init__(extra_search_paths=[str(api.FOLDER)], include_default_search_paths=False)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return the data of that name and where it was found."""
        if name == _ENDPOINTS:
            return _NO_ENDPOINTS, str(api.FOLDER)
        if name not in _FROM_BOTOCORE:
            return super().load_data_with_path(name)  # type: ignore[no-any-return]  # botocore is untyped
        path = str(Path(self.BUILTIN_DATA_PATH) / name)
        return self.file_loader.load_file(path), path
