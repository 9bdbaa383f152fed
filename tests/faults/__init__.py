# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rotations of a client secret under faults and kills, judged by what is left: `python -m faults`. See __main__.py."""
