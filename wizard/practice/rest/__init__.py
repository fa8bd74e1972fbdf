"""The REST services: records, metadata and SuiteQL."""
