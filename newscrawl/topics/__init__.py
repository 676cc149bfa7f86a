"""The dataset as people look at it: stories on a topic, newest first."""
