"""The languages of calls, public pages, texts and paper: one gettext catalogue for each."""
