"""HTTP machinery that knows no hall: a row says path, body and answer."""
