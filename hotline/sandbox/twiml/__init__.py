"""TwiML: from XML to verbs, with the warnings that Twilio gives."""
