"""Runs the scripts of standard input, a line of JSON each, and counts what they come to."""

import collections
import contextlib
import io
import json
import sys
import warnings

SHOWN = 3
"""How many scripts of a dialect are printed that come to another value."""

warnings.filterwarnings("ignore")
tally = collections.defaultdict(collections.Counter)
for line in sys.stdin:
    case = json.loads(line)
    if "script" not in case:
        tally[case["objective"], "nothing to compare"][case["error"].split(",")[0].split(";")[0]] += 1
        continue
    counts = tally[case["objective"], case["call"]]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(compile(case["script"], case["call"], "exec"), {})
    except SystemExit:
        pass
    except Exception as error:
        counts["other"] += 1
        if counts["other"] <= SHOWN:
            print(f"{case['objective']} in {case['call']}: {error!r}\n{case['script']}", file=sys.stderr)
        continue
    counts["same" if said.getvalue().startswith("the same") else "explained"] += 1
for (objective, call), counts in sorted(tally.items()):
    counted = ", ".join(f"{count} {what}" for what, count in counts.items())
    print(f"{objective:28} {call:52} {counted}")
sys.exit(any(counts["other"] for counts in tally.values()))
