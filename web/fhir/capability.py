"""What is spoken here, as a CapabilityStatement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from web.fhir.outcomes import FHIR_JSON
from web.fhir.parameters import Parameter

_DATE = "2026-11-23"  # when this statement was last changed
_SECURITY = "Everything but this statement needs a key: Authorization: Bearer <key>."


def capability_statement(base: str, served: Mapping[str, Mapping[str, Parameter]]) -> CapabilityStatement:
    """The statement of the server whose resources lie below `base`; `served`: their types with their parameters."""
    kinds = [_kind(name, parameters) for name, parameters in served.items()]
    return CapabilityStatement.model_validate({
        "status": "active",
        "date": _DATE,
        "kind": "instance",
        "software": {"name": "Truffles RLS assistant"},
        "implementation": {"description": "Times and appointments, read-only", "url": base},
        "fhirVersion": "4.3.0",
        "format": [FHIR_JSON],
        "rest": [{"mode": "server", "security": {"description": _SECURITY}, "resource": kinds}],
    })  # fmt: skip


def _kind(name: str, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    searched = [{"name": p, "type": known.type, "documentation": known.text} for p, known in parameters.items()]
    return {
        "type": name,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": searched,
    }
