"""Floor 6: where mail comes in. `admission` and `ids` serve every door; `smtp` is the first of them."""
