"""The functions that an expression may call, with their signatures (docs.jsonata.org, "Function signatures")."""

from __future__ import annotations

_NUMBERS = {
    "abs": "<n-:n>",
    "average": "<a<n>:n>",
    "ceil": "<n-:n>",
    "floor": "<n-:n>",
    "formatBase": "<n-n?:s>",
    "formatInteger": "<n-s:s>",
    "formatNumber": "<n-so?:s>",
    "max": "<a<n>:n>",
    "min": "<a<n>:n>",
    "number": "<(nsb)-:n>",
    "power": "<n-n:n>",
    "round": "<n-n?:n>",
    "sqrt": "<n-:n>",
    "sum": "<a<n>:n>",
}
_TEXTS = {
    "base64decode": "<s-:s>",
    "base64encode": "<s-:s>",
    "contains": "<s-(sf):b>",
    "decodeUrl": "<s-:s>",
    "decodeUrlComponent": "<s-:s>",
    "encodeUrl": "<s-:s>",
    "encodeUrlComponent": "<s-:s>",
    "join": "<a<s>s?:s>",
    "length": "<s-:n>",
    "lowercase": "<s-:s>",
    "match": "<s-f<s:o>n?:a<o>>",
    "pad": "<s-ns?:s>",
    "replace": "<s-(sf)(sf)n?:s>",
    "split": "<s-(sf)n?:a<s>>",
    "string": "<x-b?:s>",
    "substring": "<s-nn?:s>",
    "substringAfter": "<s-s:s>",
    "substringBefore": "<s-s:s>",
    "trim": "<s-:s>",
    "uppercase": "<s-:s>",
}
_LISTS_AND_OBJECTS = {
    "append": "<xx:a>",
    "assert": "<bs?:x>",
    "boolean": "<x-:b>",
    "clone": "<(oa)-:o>",
    "count": "<a:n>",
    "distinct": "<x:x>",
    "each": "<o-f:a>",
    "error": "<s?:x>",
    "exists": "<x:b>",
    "filter": "<af>",
    "keys": "<x-:a<s>>",
    "lookup": "<x-s:x>",
    "map": "<af>",
    "merge": "<a<o>:o>",
    "not": "<x-:b>",
    "reduce": "<afj?:j>",
    "reverse": "<a:a>",
    "sift": "<o-f?:o>",
    "single": "<af?>",
    "sort": "<af?:a>",
    "spread": "<x-:a<o>>",
    "type": "<x:s>",
    "zip": "<a+>",
}
_TIMES = {
    "fromMillis": "<n-s?s?:s>",
    "millis": "<:n>",
    "now": "<s?s?:s>",
    "toMillis": "<s-:n>",
}
# Not in JSONata.
OURS = {
    "addDays": "<s-n:s>",
    "addMonths": "<s-n:s>",
    "date": "<s-s?:s>",
    "inZone": "<s-s:s>",
    "money": "<n-s:n>",
}

FUNCTIONS = _NUMBERS | _TEXTS | _LISTS_AND_OBJECTS | _TIMES | OURS

# In JSONata, and not here; each reason follows "which".
REFUSED = {
    "eval": "would run a text of the record as an expression",
    "parseInteger": "is not supported; $number reads numbers",
    "random": "gives another result every time",
    "shuffle": "gives another result every time",
}
