from __future__ import annotations


def test_the_sandboxs_balance_is_always_ten_thousand(client, post, do):
    before = client.get_account_balance()["AvailableBalance"]
    client.approve_assignment(AssignmentId=do(post(Reward="100.00")["HITId"]))

    answer = client.get_account_balance()

    assert before == answer["AvailableBalance"] == "10000.00"
    assert "OnHoldBalance" not in answer
