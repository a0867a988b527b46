"""What a developer runs besides Trialog itself."""
