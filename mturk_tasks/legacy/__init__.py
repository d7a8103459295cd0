"""Projects, scripts and configuration of the Command Line Tools."""
