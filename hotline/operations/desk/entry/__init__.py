"""Reports keyed at the desk: the form, papers keyed twice, and photographs."""
