"""Tools of other services, which are shown beside a world's own and which no task needs.

A world's own distractors are near to its subject; these are far from it, and there are enough of them to fill a long tool
list. Whoever calls one is told that the service is not connected.
"""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.world import Tool

_TYPES = {"string": "text", "integer": "value", "number": "value", "boolean": "choice"}

_TABLE = """
convert_currency | Convert an amount from one currency to another at today's rate. | amount number the amount to convert; from_code string ISO code of the currency it is in; to_code string ISO code of the wanted currency
translate_text | Translate a short text into another language. | text string what to translate; language string the wanted language
get_stock_quote | Last traded price of a share. | symbol string the ticker symbol
track_parcel | Where a parcel of any carrier is now. | tracking_number string the number on the parcel's label
find_recipe | Recipes that use the given ingredients. | ingredients string ingredients, separated by commas; servings integer for how many people
book_table | Reserve a table in a restaurant. | restaurant string its name; people integer how many come; time string when, as ISO date and time
get_traffic | Present traffic on a road. | road string name or number of the road
shorten_url | Make a short link to a page. | url string the long address
make_qr_code | Draw a QR code. | content string what the code says; size integer edge length in pixels
resize_image | Change the size of a stored picture. | image_id string id of the picture; width integer new width in pixels; height integer new height in pixels
transcribe_audio | Turn a recording into text. | recording_id string id of the recording; language string spoken language
summarise_page | Sum up a web page in a few sentences. | url string address of the page
lookup_word | Meaning of an English word. | word string the word
count_calories | Energy in a dish. | dish string what it is; grams number its weight
log_workout | Note a workout in the training diary. | sport string which sport; minutes integer how long
get_horoscope | Today's horoscope. | sign string the sign of the zodiac
order_taxi | Call a taxi to an address. | pickup string where it picks up; people integer how many ride
find_parking | Free parking near a place. | place string near what; hours number for how long
sign_document | Put the user's electronic signature under a document. | document_id string id of the document
scan_receipt | Read shop, date and total from a photographed receipt. | image_id string id of the photo
start_survey | Send a survey to a mailing list. | list_name string name of the list; question string what is asked
publish_post | Publish an article on the blog. | title string its title; body string its text
moderate_comment | Hide or allow a comment on the blog. | comment_id string id of the comment; hide boolean true to hide it
open_ticket | Open a ticket at the IT service desk. | summary string what is wrong; urgent boolean whether work stands still
reset_vpn | Reset the user's access to the company network. | user_name string the login name
reserve_room | Reserve a meeting room. | room string its name; start string begin, as ISO date and time; minutes integer how long
request_leave | File a request for leave. | first_day string first day off, as ISO date; days integer how many days
get_exchange_hours | Opening hours of a stock exchange. | exchange string which exchange
plant_care | How to look after a house plant. | plant string its name
name_day | Whose name day it is. | day string ISO date
"""


def _not_connected(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_connected", "This service is not connected.")


def _tool(line: str) -> Tool:
    name, description, listed = (part.strip() for part in line.split("|"))
    properties: dict[str, Any] = {}
    for parameter in listed.split(";"):
        label, kind, words = parameter.strip().split(" ", 2)
        properties[label] = {"type": kind, "description": words[0].upper() + words[1:] + "."}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    params = {label: _TYPES[value["type"]] for label, value in properties.items()}
    return Tool(name, description, schema, "read", params, _not_connected, free=False)


STRANGERS = tuple(_tool(line) for line in _TABLE.strip().splitlines())
