"""A stand-in for the telephone network: for trying, rehearsing and testing without an account.

It places calls to the webhooks as Twilio places them and obeys the TwiML that comes back, answers
the REST calls that the program makes, and shows a telephone in the browser. It knows Twilio and
nothing of the program that it calls; nothing in here leaves the machine.

- `exchange`: begin here. It places calls and sends texts (`texting`) to the webhooks; what all of
  its calls share is in `office`, with `background` for what happens beside them.
- `line`: calls that read like calls, for rehearsals and tests.
- `calls`: one call, and where it is: on the line, in a queue, in a conference, bridged.
- `switchboard`: the queues and conference rooms that calls meet in.
- `twiml`: documents, from XML to verbs. `wire`: requests, their parameters and signature.
- `transcript`, `problems`, `chance`: what happened, what went wrong, what is left to chance.
- `rest`: Twilio's REST interface, and the messages and outgoing calls that it keeps.
- `page`: the telephone in the browser. `server` serves it, and the REST interface.
"""
