"""The command line. Only the answer goes to stdout; progress and mistakes go to stderr.

Exit status: 0 all is well; 2 something was entered that cannot be used, and nothing was written;
3 a check does not hold; 130 stopped with Ctrl-C, and nothing was written; 1 our own mistake.

With ``--json`` the answer is JSON, and so is a mistake::

    {"error": {"problems": [{"field", "given", "says", "allowed", "advice"}]}}
"""

from api.cli.program import main, run

__all__ = ["main", "run"]
