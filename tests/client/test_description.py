from __future__ import annotations

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError

from mturk_tasks.client.description import DescriptionLoader
from mturk_tasks.vocabulary import api


@pytest.fixture
def loader() -> DescriptionLoader:
    return DescriptionLoader()


def test_mturk_is_the_one_service_it_knows(loader):
    assert loader.list_available_services("service-2") == ["mturk"]


def test_the_description_is_our_own(loader):
    _, path = loader.load_data_with_path("mturk/2017-01-17/service-2")

    assert path.startswith(str(api.FOLDER))


@pytest.mark.parametrize("name", ["_retry", "partitions", "sdk-default-configuration"])
def test_the_general_files_are_botocores(loader, name):
    data, path = loader.load_data_with_path(name)

    assert data
    assert path.startswith(loader.BUILTIN_DATA_PATH)


def test_no_endpoint_is_named(loader):
    data, path = loader.load_data_with_path("endpoints")

    assert data["partitions"] == []
    assert not loader.is_builtin_path(path)


def test_other_services_are_not_looked_for(loader):
    with pytest.raises(UnknownServiceError):
        loader.load_service_model("s3", "service-2")
    with pytest.raises(DataNotFoundError):
        loader.load_data("s3/2006-03-01/service-2")
