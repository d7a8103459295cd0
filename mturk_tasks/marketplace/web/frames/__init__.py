"""Pages of requesters in frames: what they are told, submit and keep, and what they may not."""
