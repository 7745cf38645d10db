"""The API: what the ledger knows, over HTTP; `api.app.create_app` makes it, `shecang serve` runs it.

It reads and holds no signing key. A ledger's home is opened without its outbox and its key files: the node,
the records (for names), and the index, which commands fill too: any number of processes may.

**Who reads the chain.** A process beside the server (`child`, kept alive by `children`) asks the node once a
second whether the head moved, and reads on; another one holds the embedded chain. An answer therefore waits
neither for a block nor for the node: it costs a few queries of the index, goes on while the node is away, and
says in `block` up to which block it holds. Reading before each answer would have made the first request after
a long import pay for all of it, and a silent node stop every answer. The price is an answer up to a second
old. While `shecang index rebuild` runs there are answers 503.

**What an answer may cost.** Lists come in pages of at most `parameters.MOST_ENTRIES`, each begins where the
one before ended, and nothing is looked up but what the page speaks of. A page costs the same however long the
history is, but for on-hand with `as_of`, which passes everything that the place ever held.

Where things are: `app` puts it together, `reading` is the ledger as the endpoints see it, `routes` has a file
a resource and no rules, `schemas` what goes out, `parameters` what comes in, `problems` what a refusal says,
`gate` what every answer carries, `peers` and `listening` who may ask it how.
"""
