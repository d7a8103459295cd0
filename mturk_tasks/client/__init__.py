"""The marketplace as a requester sees it, through boto3."""
