"""The slice of ODK Central's REST that pyodk uses, for analysts with a grant: read, and a form typed in by hand."""
