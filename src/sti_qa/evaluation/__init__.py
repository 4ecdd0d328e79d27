"""Evaluation: gold questions in, measures out. Imports the product; the product never imports it."""
