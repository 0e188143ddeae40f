"""Which telephone network the settings name: the one place that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.settings import CarrierName, Settings
from hotline.telephony.network import Network
from hotline.telephony.twilio.network import TwilioNetwork

NETWORKS: Mapping[CarrierName, Callable[[Settings], Network]] = {
    CarrierName.TWILIO: TwilioNetwork,
    CarrierName.SANDBOX: TwilioNetwork,  # which speaks as Twilio does, on this machine
}


def network_of(settings: Settings) -> Network:
    """The network that carries our calls."""
    return NETWORKS[settings.carrier](settings)
