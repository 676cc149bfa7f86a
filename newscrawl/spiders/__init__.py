"""Where to look: one spider an outlet, each a short list of sources."""
