"""Question answering over Japanese policy documents, with the passage behind every statement."""
