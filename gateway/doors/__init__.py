"""Floor 6: where mail comes in. `admission`, `ids` and `reception` serve both doors, `smtp` and `milter`."""
