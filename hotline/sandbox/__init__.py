"""A stand-in for the telephone network: for trying, rehearsing and testing without an account.

It places calls to the webhooks as Twilio places them and obeys the TwiML that comes back
(`exchange`, `call`), answers the few REST calls that the program makes (`network`, `rest`), and
shows a telephone in the browser (`server`, `handset`). Nothing in here leaves the machine.
"""
