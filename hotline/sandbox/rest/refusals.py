"""How Twilio's REST interface says no."""

from __future__ import annotations

from hotline.sandbox.rest.resources import Json


class ApiError(Exception):
    """A request that Twilio would refuse: HTTP status, Twilio's code and sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def as_json(self) -> Json:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def too_many_requests() -> ApiError:
    return ApiError(429, 20429, "Too Many Requests")


def not_found(uri: str) -> ApiError:
    return ApiError(404, 20404, f"The requested resource {uri} was not found")


def bad_request(code: int, message: str) -> ApiError:
    return ApiError(400, code, message)


def not_in_progress() -> ApiError:
    return bad_request(21220, "Call is not in-progress. Cannot redirect.")
