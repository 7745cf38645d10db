"""The API: what the ledger knows, over HTTP; `api.app.create_app` makes it, `shecang serve` runs it.

It reads and holds no signing key. A ledger's home is opened without its outbox and its key files: the node,
the records (for names), and an index of the server's own, `api-index.db`, which may be deleted while no
server runs.

**Who reads the chain.** A task in the background asks the node once a second whether the head moved, and
reads on. An answer therefore waits neither for a block nor for the node: it costs a few queries of the index,
goes on while the node is away, and says in `block` up to which block it holds. Reading before each answer
would have made the first request after a long import pay for all of it, and a silent node stop every answer.
The price is an answer up to a second old. The index is the server's own because a `Follower` must be the only
writer of its tables.

Where things are: `app` puts it together, `reading` is the ledger as the endpoints see it, `routes` has a file
a resource and no rules, `schemas` what goes out, `parameters` what comes in, `problems` what a refusal says,
`gate` what every answer carries.
"""
