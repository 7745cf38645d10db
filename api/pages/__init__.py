"""Pages made in processes of their own, so that more than one core of the machine makes them.

`processes` keeps them and gives them work, `messages` is what goes to and fro, `python -m api.pages HOME` is
one of them, and does what `making` says. They decide nothing: who asks was let in before, and whatever one of
them cannot make is made in the server itself, which then also says why.
"""
