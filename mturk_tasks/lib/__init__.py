"""What every room stands on: nothing of surveys or marketplaces."""
