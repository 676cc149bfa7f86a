"""What becomes of an article: checked, compared with what is known, written."""
