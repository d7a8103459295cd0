from __future__ import annotations

import json

import pytest

from mturk_tasks.markup.lint import CORS_RULE, buckets


@pytest.mark.parametrize(
    ("address", "bucket"),
    [
        ("https://birds.s3.amazonaws.com/owl.jpg", "birds"),
        ("http://birds.s3.eu-west-1.amazonaws.com/owl", "birds"),
        ("https://my.birds.s3-us-west-2.amazonaws.com/a/owl.png?size=2", "my.birds"),
        ("https://birds.s3.dualstack.us-east-1.amazonaws.com/owl.gif", "birds"),
        ("https://s3-birds.s3.amazonaws.com/owl.gif", "s3-birds"),
        ("//birds.s3.cn-north-1.amazonaws.com.cn/owl.webp", "birds"),
        ("https://s3.amazonaws.com/birds/owl.jpg", "birds"),
        ("https://s3-eu-west-1.amazonaws.com/birds/2024/owl.jpg", "birds"),
        ("HTTPS://S3.AMAZONAWS.COM/birds/owl.jpg", "birds"),
    ],
)
def test_a_bucket_is_found_in_every_kind_of_address(address, bucket):
    assert buckets(f'<img src="{address}">') == [bucket]


@pytest.mark.parametrize(
    "address",
    [
        "https://s3.amazonaws.com/mturk-public/externalHIT_v1.js",
        "https://s3.amazonaws.com/mturk-public/bs30/css/bootstrap.min.css",
        "https://birds.s3.amazonaws.com/song.mp3",
        "https://s3.amazonaws.com/birds",
        "https://mturk-requester.us-east-1.amazonaws.com/x.jpg",
        "https://example.org/s3/owl.jpg",
    ],
)
def test_what_is_no_image_of_s3_is_passed_over(address):
    assert buckets(f'<a href="{address}">') == []


def test_each_bucket_is_named_once():
    page = "".join(
        f'<img src="https://{name}.s3.amazonaws.com/{n}.jpg">' for n in "123" for name in ("a1", "b2")
    )
    assert buckets(page) == ["a1", "b2"]


def test_the_rule_is_what_the_bucket_takes():
    (rule,) = json.loads(CORS_RULE)
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["GET"], ["*"])
