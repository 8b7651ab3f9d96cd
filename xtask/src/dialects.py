"""Runs the scripts of standard input, a line of JSON each, and counts which come to their value.

A script may end with an assertion of its own before it compares: the library cannot follow there.
"""

import collections
import contextlib
import io
import json
import re
import sys
import warnings

warnings.filterwarnings("ignore")
tally = collections.defaultdict(collections.Counter)
for line in sys.stdin:
    case = json.loads(line)
    counts = tally[case["objective"], case["call"]]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(case["script"], case["call"], "exec"), {})
        counts["same"] += 1
    except Exception as error:
        if isinstance(error, AssertionError) and not re.fullmatch(r"\S+ is not \S+", str(error)):
            counts["cannot follow"] += 1
            continue
        counts["other"] += 1
        print(f"{case['objective']} in {case['call']}: {error!r}\n{case['script']}", file=sys.stderr)
for (objective, call), counts in sorted(tally.items()):
    counted = ", ".join(f"{count} {what}" for what, count in counts.items())
    print(f"{objective:28} {call:52} {counted}")
sys.exit(not all(counts["same"] and not counts["other"] for counts in tally.values()))
