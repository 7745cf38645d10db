"""What runs in processes of its own, see `api.work`: each module has a `run`."""
